"""A box's output passed on; over SSH it is tried on real boxes, in tests/lab."""

import os

import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host

from dockwright.errors import DockwrightError
from dockwright.run.stream import stream


def box(name: str) -> Host:
    inventory = Inventory(([(name, {"ssh_user": "root"})], {}))
    State(inventory, Config())
    found: Host = inventory.get_host(name)
    return found


def test_a_connection_that_is_gone_is_no_reader_that_has_enough() -> None:
    said = r"^box 192\.0\.2\.1: the connection to it broke, asked about tail \(not connected\);"
    with pytest.raises(DockwrightError, match=said):
        stream(box("192.0.2.1"), "tail")


@pytest.mark.skipif(os.geteuid() != 0, reason="the line is run by root's sh")
def test_output_and_a_failure_of_this_machine(capfd: pytest.CaptureFixture[str]) -> None:
    stream(box("@local"), "echo one")
    assert capfd.readouterr().out == "one\n"
    with pytest.raises(DockwrightError, match=r"^box @local: exit 3: exit status 3; see above$"):
        stream(box("@local"), "exit 3")


@pytest.mark.skipif(os.geteuid() != 0, reason="the line is run by root's sh")
@pytest.mark.parametrize(
    ("terminal", "shown"),
    [(True, "50%\\x1b[2J\\u202e\n\nend\n"), (False, "\x1b[32m50%\x1b[2J\u202e\n\nend")],
    ids=["terminal", "file"],
)
def test_on_a_terminal_a_container_moves_nothing_and_a_file_gets_its_bytes(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,
    shown: str,
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    stream(box("@local"), r"printf '\033[32m50%%\033[2J\342\200\256\n\nend'")
    assert capfd.readouterr().out == shown
