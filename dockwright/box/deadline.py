"""The end of several waits together."""

from __future__ import annotations

import time


class Deadline:
    """A number of seconds that all waits of one thing share.

    Example:
        >>> Deadline(60).left() > 59
        True
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left; raises TimeoutError where there are none.

        Raises:
            TimeoutError: they are over.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"not within {self.seconds:g} s")
        return left
