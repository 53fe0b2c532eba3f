"""What every command says where a box can't be had, or a user's own file is in error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ssh_server import closed_port

DOCKWRIGHT = Path(sys.executable).with_name("dockwright")
INVENTORY = "inventories/lab.py"
COMMANDS = {
    "plan": ["plan", INVENTORY, "site.py"],
    "apply": ["apply", "--yes", INVENTORY, "site.py"],
    "history": ["history", "--box", "docker"],
    "rollback": ["rollback", "zenweb"],
    "logs": ["logs", "zenweb", "--box", "docker"],
    "images plan": ["images", "plan", "--box", "docker"],
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of one box, which `boxed` gives its data, and an empty deploy."""
    (tmp_path / "home" / ".ssh").mkdir(parents=True)
    (tmp_path / "images").mkdir()
    (tmp_path / "inventories" / "group_data").mkdir(parents=True)
    (tmp_path / "site.py").write_text("")
    return tmp_path


def run(site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DOCKWRIGHT, *words],
        cwd=site,
        env={**os.environ, "HOME": str(site / "home"), "SSH_AUTH_SOCK": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def boxed(site: Path, **data: object) -> None:
    given = {"ssh_hostname": "127.0.0.1", "ssh_user": "app", **data}
    (site / INVENTORY).write_text(f"docker_hosts = [('docker', {given!r})]\n")


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines on standard error, of an error that printed nothing else."""
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    return done.stderr.splitlines()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_box_that_is_not_reached_is_one_line_of_every_command(site: Path, command: str) -> None:
    port = closed_port()
    boxed(site, ssh_port=port)
    last = said(run(site, *COMMANDS[command]))[-1]
    assert last == (
        f"error: box docker: connection refused (127.0.0.1:{port}); start its SSH server, or "
        "correct ssh_port"
    )
    boxed(site, ssh_key="none/here")
    last = said(run(site, *COMMANDS[command]))[-1]
    assert last == (
        "error: box docker: the file of its key is not there (none/here); make it, or correct "
        "ssh_key"
    )
