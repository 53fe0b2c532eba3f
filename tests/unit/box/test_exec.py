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

    def shutdown_write(self) -> None:
        self.sent.append("end of input")
        if self.error is not None:
            raise OSError("closed")


def begun(channel: Any, reads: bool) -> list[str]:
    start(channel, "id -u", reads)
    sent: list[str] = channel.sent
    return sent


def test_the_end_of_its_input_does_not_wait_for_the_answer() -> None:
    assert begun(Channel(), reads=False) == ["id -u", "end of input", "answered"]
    assert begun(Channel(), reads=True) == ["id -u", "answered"]


@pytest.mark.parametrize("reads", [True, False])
def test_a_server_that_refuses_is_an_error(reads: bool) -> None:
    with pytest.raises(SSHException, match="no such shell"):
        begun(Channel(SSHException("no such shell")), reads)


def test_a_limit_of_time_ends_it() -> None:
    channel = Channel(seconds=60)
    with pytest.raises(TimeoutError), gevent.Timeout(0.1, TimeoutError("late")):
        begun(channel, reads=False)
    gevent.sleep(0.05)
    assert "answered" not in channel.sent
