"""Passwords made on a box on first use, and kept there."""

from __future__ import annotations

from secrets import token_urlsafe

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.errors import DockwrightError
from dockwright.facts.password import Password
from dockwright.facts.secret import get_unseen
from dockwright.operations.declare import Commands, operation
from dockwright.operations.write import Write


@operation()
def kept(path: str) -> Commands:
    """Have a password in the file at ``path``: made once, of mode 0600, and never changed.

    Args:
        path: absolute path; its folder is made with mode 0700.

    Raises:
        OperationError: not an absolute path.

    Example:
        >>> password.kept("/etc/dockwright/leaves/stash.password")  # doctest: +SKIP
    """
    folder = path.rpartition("/")[0]
    if not path.startswith("/") or not folder:
        raise DockwrightError(f"password file {path!r}: not an absolute path in a folder")
    found = get_unseen(host, Password, path)
    if not found.answered:
        raise DockwrightError(f"box {host.name}: {path}: not to be read; is sudo in order there?")
    if found.text and found.access == "600:0:0":
        host.noop(f"{path} keeps a password")
        return
    if not found.text:
        # one that is there keeps its mode: it may be /etc
        where = QuoteString(folder)
        yield StringCommand("[ -d", where, "] || install -d -m 0700", where)
    # the generator runs once to prepare and once to execute: what the first makes is dropped
    yield Write(path, f"{found.text or token_urlsafe(24)}\n", mode=0o600)
