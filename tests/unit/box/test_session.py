"""A session on a box: keys and screen pass through as they are, and its status comes back."""

import os
import pty
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from dockwright.box import session as room
from dockwright.box.session import session
from dockwright.errors import DockwrightError
from tests.ssh_server import Server
from tests.unit.box.boxes import KEY, Here, local, this_machine

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a session is root's")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


def test_on_this_machine_it_has_this_terminal_and_its_status(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with local() as host:
        assert session(host, "printf '\\033[2Jits screen'; exit 3") == 3
    assert capfd.readouterr().out == "\x1b[2Jits screen"


class Terminal(Server):
    """A server whose sessions say what was typed, and of which terminal they are."""

    ends_with: int | None = 5
    terminal: tuple[bytes, int, int] = (b"", 0, 0)

    def check_channel_pty_request(  # type: ignore[override]
        self, channel: paramiko.Channel, term: bytes, width: int, height: int, *_: object
    ) -> bool:
        self.terminal = (term, width, height)
        return True

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        if not self.terminal[0]:
            return super().check_channel_exec_request(channel, command)

        def talk() -> None:
            channel.sendall(b"\x1b[2J" + channel.recv(100))
            if self.ends_with is not None:
                channel.send_exit_status(self.ends_with)
            channel.close()

        threading.Thread(target=talk, daemon=True).start()
        return True


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "rb", buffering=0) as stdin:
        monkeypatch.setattr(room.sys, "stdin", stdin)
        monkeypatch.setenv("TERM", "xterm-odd")
        yield ours, stdin.fileno()
    os.close(ours)


def test_over_ssh_every_key_goes_to_the_box_and_its_screen_comes_as_it_is(
    here: Here, keyboard: tuple[int, int], capfd: pytest.CaptureFixture[str]
) -> None:
    server = Terminal(keys=(KEY,))
    host = here.over_ssh(server, ssh_user="root")
    before = termios.tcgetattr(keyboard[1])
    threading.Timer(0.3, os.write, (keyboard[0], b"\x03q")).start()
    assert session(host, "top") == 5
    assert capfd.readouterr().out == "\x1b[2J\x03q"
    assert server.terminal[0] == b"xterm-odd"
    # and the terminal is the person's again
    assert termios.tcgetattr(keyboard[1]) == before


def test_one_that_ends_without_a_status_was_cut_off(
    here: Here, keyboard: tuple[int, int], capfd: pytest.CaptureFixture[str]
) -> None:
    server = Terminal(keys=(KEY,))
    server.ends_with = None
    host = here.over_ssh(server, ssh_user="root")
    threading.Timer(0.3, os.write, (keyboard[0], b"q")).start()
    with pytest.raises(DockwrightError, match=r"^box docker: the connection to it broke; see that"):
        session(host, "top")
