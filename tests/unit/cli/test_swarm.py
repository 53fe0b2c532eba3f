"""`dockwright swarm export`: what it says where there is nobody to ask."""

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("dockwright")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "inventory.py").write_text(
        'docker_hosts = [("@local", {"dockwright_registry": "reg.corp.test:5000"})]\n'
    )
    return tmp_path


def _export(site: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "swarm", "export", "-i", "inventory.py", *options],
        cwd=site, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_site_without_managers_is_told_what_it_lacks(site: Path) -> None:
    done = _export(site)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: inventory: no box of docker_hosts is in group")


def test_there_is_no_other_format(site: Path) -> None:
    done = _export(site, "--format", "helm")
    assert done.returncode == 1
    assert "'helm' is not 'compose'" in done.stderr
