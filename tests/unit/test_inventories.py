"""Inventories that can't be had say so in one line."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_without_vagrant_the_inventory_says_so_and_names_the_lab(tmp_path: Path) -> None:
    pyinfra = Path(sys.executable).with_name("pyinfra")
    done = subprocess.run(
        [pyinfra, "-y", "inventories/vagrant.py", "deploy/docker_host.py"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "no `vagrant` on this machine; install it, or use a lab" in done.stderr
    assert "Traceback" not in done.stderr
