"""The oldest Python that Dockwright runs on: said once in each place, and told to an older one."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.wheelhouse.target import Target

ROOT = Path(__file__).parents[2]
OLDEST = re.findall(
    r'^requires-python = ">=3\.(\d+)"$', (ROOT / "pyproject.toml").read_text(), re.M
)


def test_wheels_are_fetched_and_guests_are_taken_from_the_same_python_on() -> None:
    [minor] = map(int, OLDEST)
    Target(f"3.{minor}")
    with pytest.raises(DockwrightError, match=rf"give one such as 3\.11, 3\.{minor} at least"):
        Target(f"3.{minor - 1}")
    script = (ROOT / "deploy/provision.sh").read_text()
    assert f"sys.version_info < (3, {minor})" in script
    assert f"Dockwright needs 3.{minor} or newer" in script


# Ubuntu 22.04's, Debian 11's, Ubuntu 20.04's
@pytest.mark.parametrize("version", ["3.10.12", "3.9.2", "3.8.10"])
def test_a_guest_with_an_older_python_is_told_the_way_from_outside(
    version: str, tmp_path: Path
) -> None:
    stubs = {"id": "echo 0", "python3": f'[ "$1" = -V ] && echo Python {version} && exit\nexit 1'}
    for name, line in stubs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["sh", ROOT / "deploy/provision.sh", "registry_host"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"provision.sh: Python {version}: Dockwright needs 3.11 or newer; provision this machine "
        "from outside: pyinfra inventories/vagrant.py deploy/registry_host.py "
        "(DOCKWRIGHT_PROVISION=host)\n",
    )
