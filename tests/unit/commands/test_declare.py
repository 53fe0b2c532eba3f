"""What a call of ours says when the connection under it breaks: one line, and no traceback."""

import errno
import logging
from collections.abc import Iterator

import pytest
from paramiko import SSHException
from pyinfra.api import Config, Inventory, State
from pyinfra.context import ctx_host, ctx_state

from dockwright.commands.declare import Call

BROKEN = (
    SSHException("SSH session not active"),
    ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
    OSError("Socket is closed"),
    EOFError(),
)


@pytest.fixture
def state() -> Iterator[State]:
    yield State(Inventory((["@local"], {})), Config())
    # pyinfra's `use` does not put back what was there when an error passes it
    ctx_state.reset()
    ctx_host.reset()


def failing(error: Exception) -> Call:
    def function() -> None:
        raise error

    return Call("what it does", function)


@pytest.mark.parametrize("error", BROKEN, ids=lambda error: type(error).__name__)
def test_a_connection_that_breaks_is_one_line(
    state: State,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.ERROR, "pyinfra"):
        assert not failing(error).execute(state, state.inventory.get_host("@local"), {})
    [record] = caplog.records
    why = str(error) or "EOFError"
    line = f"box @local: the connection to it broke ({why}); see that it is up, and run it again"
    assert line in record.getMessage()
    assert "Traceback" not in capfd.readouterr().err


def test_a_file_that_fails_is_no_connection(state: State) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(OSError, match="No space left"):
        failing(full).execute(state, state.inventory.get_host("@local"), {})
