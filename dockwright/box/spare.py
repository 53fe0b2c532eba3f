"""A session of a connection that is opened before anybody wants it: who comes next waits for none.

Opening one takes a round trip. So while a command is begun in a session, another one is opened
beside it. It is given back where somebody waits, and a server that refuses it is asked for no
further one. Held by `box.channels.Budget`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import gevent
from paramiko import SSHException


class Session(Protocol):
    """What is kept: a channel of paramiko's."""

    closed: bool

    def close(self) -> None:
        """Give it back."""


class Spare:
    """One session at the most.

    Args:
        make: opens one; None where the connection has none to spare now; raises what paramiko does
            where the server has none.

    Example:
        >>> Spare(lambda: None).take() is None
        True
    """

    def __init__(self, make: Callable[[], Session | None]) -> None:
        self._make = make
        self._kept: Session | None = None
        self._is_asked_for, self._is_refused = False, False

    def prepare(self) -> None:
        """Have one opened, while the caller goes on."""
        if self._kept is None and not self._is_asked_for and not self._is_refused:
            self._is_asked_for = True
            gevent.spawn(self._open)

    def _open(self) -> None:
        try:
            self._kept = self._make()
        except (SSHException, EOFError, OSError):
            self._is_refused = True
        finally:
            self._is_asked_for = False

    def take(self) -> Session | None:
        """It, for whoever wants a session now; None where there is none."""
        kept, self._kept = self._kept, None
        return None if kept is None or kept.closed else kept

    def give_back(self) -> None:
        """Close it, as somebody waits for a session."""
        if (kept := self.take()) is not None:
            kept.close()
