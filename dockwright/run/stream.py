"""A command on a box whose output goes to standard output as it comes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from math import inf

from paramiko import SSHException
from pyinfra.api.host import Host

from dockwright.box.connection import broke
from dockwright.box.process import still_answers
from dockwright.box.program import LOST
from dockwright.box.stream import Limits, dial
from dockwright.errors import DockwrightError
from dockwright.text import lines

# Seconds without a byte after which the box is asked whether it is there: one that vanished would
# be followed for ever.
_SILENCE = 30.0
_PIECE = 65536  # bytes
_LONGEST = 8192  # bytes of a line before it is broken


def stream(host: Host, line: str, what: str | None = None, prefix: str = "") -> None:
    """Run ``line`` on ``host`` as root and pass on what it writes, until it or its reader ends.

    Args:
        host: connected, over SSH or as ``@local``.
        line: for the box's shell.
        what: what errors call it; by default the line.
        prefix: in front of each of its lines.

    Raises:
        DockwrightError: it failed, or the box is reached in another way.

    Example::

        stream(host, "journalctl --follow")
    """
    what = what or line
    # what its login prints before is no part of it
    script = f"ready\nexec 2>&1\n{line}\n"
    limits = Limits(_SILENCE, lambda: still_answers(host, "its logs"), inf)
    try:
        _, said = dial(host, script, "its logs", limits)
        try:
            if not _passed_on(iter(lambda: said.recv(_PIECE), b""), prefix.encode()):
                return
            status = said.status()
        finally:
            said.close()
    except (SSHException, EOFError, OSError) as error:
        raise DockwrightError(broke(host, error, what)) from error
    if status == LOST:
        raise DockwrightError(broke(host, what=what))
    if status != 0:
        raise DockwrightError(f"box {host.name}: {what}: exit status {status}; see above")


def _passed_on(pieces: Iterable[bytes], prefix: bytes) -> bool:
    """Write them as they are; on a terminal as safe lines. Whether it was read to its end."""
    if sys.stdout.isatty():
        pieces = safe(pieces)
    if prefix:
        pieces = marked(pieces, prefix)
    return all(_written(piece) for piece in pieces)


def marked(pieces: Iterable[bytes], prefix: bytes) -> Iterator[bytes]:
    """Whole lines of ``pieces``, each behind ``prefix``: several boxes may write at once.

    Example:
        >>> list(marked([b"on", b"e\\ntwo"], b"web1 | "))
        [b'web1 | one\\n', b'web1 | two\\n']
    """
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        if whole:
            yield b"".join(prefix + line + b"\n" for line in whole)
    if rest:
        yield prefix + rest + b"\n"


def safe(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines of ``pieces``, fit for a terminal; what is very long comes in parts.

    Example:
        >>> list(safe([b"on", b"e\\n\\x1b[2Jtwo"]))
        [b'one\\n', b'\\\\x1b[2Jtwo\\n']
    """
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST:
            whole, rest = [*whole, rest], b""
        if whole:
            yield _shown(b"\n".join(whole))
    if rest:
        yield _shown(rest)


def _shown(said: bytes) -> bytes:
    # an empty line is one too
    pieces = [line for one in said.split(b"\n") for line in lines(one, 4 * _LONGEST) or [""]]
    return "".join(f"{line}\n" for line in pieces).encode("utf-8", "replace")


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
