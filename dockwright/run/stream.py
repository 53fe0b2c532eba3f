"""A command on a box whose output goes to standard output as it comes."""

from __future__ import annotations

import os
import sys
from math import inf

from paramiko import SSHException
from pyinfra.api.host import Host

from dockwright.box.process import still_answers
from dockwright.box.program import LOST
from dockwright.box.stream import Limits, dial
from dockwright.errors import DockwrightError

# Seconds without a byte after which the box is asked whether it is there: one that vanished would
# be followed for ever.
_SILENCE = 30.0


def stream(host: Host, line: str) -> None:
    """Run ``line`` on ``host`` as root and pass on what it writes, until it or its reader ends.

    Args:
        host: connected, over SSH or as ``@local``.
        line: for the box's shell.

    Raises:
        DockwrightError: it failed, or the box is reached in another way.

    Example:
        >>> stream(host, "journalctl --follow")  # doctest: +SKIP
    """
    # what its login prints before is no part of it
    script = f"ready\nexec 2>&1\n{line}\n"
    limits = Limits(_SILENCE, lambda: still_answers(host, "its logs"), inf)
    try:
        _, said = dial(host, script, "its logs", limits)
        try:
            while data := said.recv(65536):
                if not _written(data):
                    return
            status = said.status()
        finally:
            said.close()
    except (SSHException, EOFError, OSError) as error:
        raise DockwrightError(
            f"box {host.name}: {line}: {str(error) or 'the connection broke'}; see that it is up, "
            "and run it again"
        ) from error
    if status == LOST:
        raise DockwrightError(f"box {host.name}: {line}: the connection broke; run it again")
    if status != 0:
        raise DockwrightError(f"box {host.name}: {line}: exit status {status}; see above")


def _written(data: bytes) -> bool:
    """Whether somebody still reads: `| head` may have enough."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # nothing may be flushed at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True
