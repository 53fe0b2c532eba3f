"""Under which conditions something was measured: the machine, the boxes, and all versions."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from tests.bench.site import BUILDER, ROOT, BenchError, Site

ANSIBLE = ROOT / ".venv-bench/bin"
_OF_BOX = {
    "Docker": "sudo docker version --format '{{.Server.Version}}'",
    "buildx": "sudo docker buildx version",
    "compose": "sudo docker compose version --short",
    "skopeo": "skopeo --version",
}


def conditions(site: Site, rounds: int) -> dict[str, str]:
    """What stands beside the figures, by its name.

    Args:
        site: that is measured.
        rounds: how often each contender runs.

    Example::

        conditions(site, 5)["cores"]  # '2'
    """
    ours = ("dockwright", "pyinfra", "paramiko")
    return {
        "measured on": f"{datetime.now(UTC):%Y-%m-%d}",
        "runs": f"{rounds} of each, in turn, after one that is not counted",
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "load of the machine before": " ".join(f"{one:.1f}" for one in os.getloadavg()),
        "kernel": platform.release(),
        "boxes": f"{len(site.lab.boxes)} of systemd-nspawn on it, {site.lab.suite}",
        "Python": platform.python_version(),
        **{name: metadata.version(name) for name in ours},
        "ansible-core": _ansible(),
        "OpenSSH": _said(["ssh", "-V"]),
        **{name: _on_box(site, line) for name, line in _OF_BOX.items()},
    }


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    return found[1] if found else platform.machine()


def _ansible() -> str:
    program = ANSIBLE / "ansible-playbook"
    if not program.exists():
        return "not installed"
    found = re.search(r"core ([\d.]+\w*)", _said([str(program), "--version"]))
    return found[1] if found else "not known"


def _said(argv: list[str]) -> str:
    if shutil.which(argv[0]) is None:
        return "not installed"
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    lines = (done.stdout or done.stderr).splitlines()
    return lines[0].strip() if lines else "not known"


def _on_box(site: Site, line: str) -> str:
    try:
        said = site.on_box(BUILDER, line)
    except BenchError:
        return "not installed"
    found = re.search(r"\d+(?:\.\d+)+\S*", said)
    return found[0] if found else "not known"
