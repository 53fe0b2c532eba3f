"""What pytest's workers need beside gevent; imported by tests/conftest.py before all else.

A worker takes its tests from a thread of execnet's, which runs before gevent patches `threading`.
What is made of it later waits in gevent's loop, which knows nothing of that thread: with nothing
else to wait for it gives up ("This operation would block forever"), and the worker crashes.
"""

import os
import time
from _thread import RLock

from execnet.gateway_base import ThreadExecModel

_name = os.environ.get("PYTEST_XDIST_WORKER", "")
# of a session that is no worker's: 0, as if it were the first
NUMBER = int(_name.removeprefix("gw") or 0)


class Flag:
    """`threading.Event` for any threads, patched or not: who waits looks every 20 ms."""

    def __init__(self) -> None:
        self._set = False

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        self._set = True

    def clear(self) -> None:
        self._set = False

    def wait(self, timeout: float | None = None) -> bool:
        until = None if timeout is None else time.monotonic() + timeout
        while not self._set and (until is None or time.monotonic() < until):
            time.sleep(0.02)
        return self._set


if _name:
    ThreadExecModel.Event = lambda _: Flag()  # type: ignore[method-assign]
    ThreadExecModel.RLock = lambda _: RLock()  # type: ignore[method-assign]
