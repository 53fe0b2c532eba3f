"""A command begun, and its input ended behind it."""

from typing import Any

import gevent
import pytest
from paramiko import SSHException

from dockwright.box.exec import start


class Channel:
    """A session whose server answers after a while."""

    def __init__(self, error: Exception | None = None, seconds: float = 0.05) -> None:
        self.error, self.seconds = error, seconds
        self.sent: list[str] = []

    def exec_command(self, command: str) -> None:
        self.sent.append(command)
        gevent.sleep(self.seconds)
        self.sent.append("answered")
        if self.error is not None:
            raise self.error

    def sendall(self, data: bytes) -> None:
        if data:
            self.sent.append(data.decode())

    def shutdown_write(self) -> None:
        self.sent.append("end of input")
        if self.error is not None:
            raise OSError("closed")


def begun(channel: Any, given: bytes | None) -> list[str]:
    start(channel, "id -u", given)
    sent: list[str] = channel.sent
    return sent


def test_the_end_of_its_input_does_not_wait_for_the_answer() -> None:
    assert begun(Channel(), b"") == ["id -u", "end of input", "answered"]
    assert begun(Channel(), b"x") == ["id -u", "x", "end of input", "answered"]
    assert begun(Channel(), None) == ["id -u", "answered"]


@pytest.mark.parametrize("given", [None, b"", b"x"])
def test_a_server_that_refuses_is_an_error(given: bytes | None) -> None:
    with pytest.raises(SSHException, match="no such shell"):
        begun(Channel(SSHException("no such shell")), given)


def test_a_limit_of_time_ends_it() -> None:
    channel = Channel(seconds=60)
    with pytest.raises(TimeoutError), gevent.Timeout(0.1, TimeoutError("late")):
        begun(channel, b"")
    gevent.sleep(0.05)
    assert "answered" not in channel.sent
