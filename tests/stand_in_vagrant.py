"""Stand-ins for `vagrant`, `pyinfra` and `virsh` in a folder with a Vagrantfile.

They keep what they were called with, and answer `status` and `box list` in Vagrant's own format.
What the true ones do is not tried with them.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

VAGRANT = """#!/bin/sh
[ "$1" != --version ] || exec echo Vagrant 2.3.4
cd "$(dirname "$0")/.." || exit 64
state() { cat "state.$1" 2>/dev/null || echo not_created; }
case "$1 $2" in
  "status --machine-readable")
    for machine in build_docker build_registry registry docker; do
      echo "1,$machine,provider-name,libvirt"
      echo "1,$machine,state,$(state $machine)"
    done; exit ;;
  "box list")
    for box in $(cat boxes 2>/dev/null); do
      printf '1,,box-name,%s\\n1,,box-provider,libvirt\\n1,,box-version,0\\n' "$box"
    done; exit ;;
esac
echo "vagrant $*" >>calls
if [ -e "block-$1" ]; then touch blocked; while [ -e "block-$1" ]; do sleep 0.05; done; fi
[ ! -e "fail-$1" ] || exit 3
case "$1" in
  up) echo running >"state.$2" ;;
  destroy) rm -f "state.$3" ;;
  package) echo poweroff >"state.$2"; : >"$4" ;;
  box) echo "$5" >>boxes ;;
esac
"""
PYINFRA = """#!/bin/sh
cd "$(dirname "$0")/.." || exit 64
echo "pyinfra $*" >>calls
[ ! -e fail-pyinfra ] || exit 1
[ ! -e changed ] || cat changed
"""
# libvirt with one pool: a file in it for each volume
VIRSH = """#!/bin/sh
cd "$(dirname "$0")/../pool" || exit 64
shift 3
case $1 in
  pool-list) echo default ;;
  vol-list) for name in *; do [ ! -e "$name" ] || echo " $name   /pool/$name"; done ;;
  vol-dumpxml) cat "$4" ;;
  vol-delete) rm "$4" ;;
esac
"""
DRIVER = """
import sys
sys.executable = sys.argv.pop(1)
from dockwright.cli import main
sys.argv[0] = "dockwright"
main()
"""


class Site:
    """A folder with a Vagrantfile and the two stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        quiet = "#!/bin/sh\n"
        (folder / "pool").mkdir()
        (folder / "home").mkdir()
        programs = {"vagrant": VAGRANT, "pyinfra": PYINFRA, "virsh": VIRSH}
        for name in ("virt-sysprep", "virt-sparsify", "qemu-img"):
            programs[name] = quiet
        for name, text in programs.items():
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)
        (folder / "Vagrantfile").write_text((ROOT / "Vagrantfile").read_text())

    def start(self, *words: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if "DOCKWRIGHT" not in name}
        return subprocess.Popen(
            [sys.executable, "-c", DRIVER, self.folder / "bin/python", *words],
            cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**kept, "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
                 "PYTHONPATH": str(ROOT), "VAGRANT_HOME": str(self.folder / "home")},
        )  # fmt: skip

    def run(self, *words: str) -> tuple[int, str]:
        process = self.start(*words)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def build_broken_off(self, where: str) -> None:
        """Build the docker box until ``where`` fails: a command of Vagrant's, or pyinfra."""
        failing = self.folder / f"fail-{where}"
        failing.touch()
        assert self.run("boxes", "build", "docker")[0] == 1
        failing.unlink()

    def volume(self, name: str, size: int = 0, upon: str = "") -> Path:
        """A volume in libvirt's pool, as `virsh vol-dumpxml` tells of it."""
        backing = f"<backingStore><path>{upon}</path></backingStore>" if upon else ""
        path = self.folder / "pool" / name
        path.write_text(
            f"<volume type='file'><name>{name}</name><physical unit='bytes'>{size}</physical>"
            f"<target><path>/pool/{name}</path></target>{backing}</volume>"
        )
        return path

    def calls(self) -> list[str]:
        """What Vagrant and pyinfra were told since the last question."""
        path = self.folder / "calls"
        found = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return found

    def wait_for(self, name: str) -> None:
        until = time.monotonic() + 30
        while not (self.folder / name).exists():
            assert time.monotonic() < until, name
            time.sleep(0.05)
