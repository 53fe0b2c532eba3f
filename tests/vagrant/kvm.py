"""Whether KVM boots a guest here: /dev/kvm may open, and yet no kernel come up."""

import subprocess
from pathlib import Path

_SECONDS = 20


def boots(kernel: Path) -> bool:
    """Whether ``kernel`` comes as far as to miss its root file system, which it is not given."""
    if not Path("/dev/kvm").exists():
        return False
    argv = ["qemu-system-x86_64", "-accel", "kvm", "-cpu", "host", "-m", "256", "-nodefaults",
            "-display", "none", "-serial", "stdio", "-no-reboot", "-kernel", str(kernel),
            "-append", "console=ttyS0 panic=-1"]  # fmt: skip
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=_SECONDS)  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return b"Unable to mount root fs" in done.stdout
