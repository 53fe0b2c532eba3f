"""What is to hold in some seconds, on boxes that take their time."""

import time
from collections.abc import Callable


def within(seconds: float, what: str, holds: Callable[[], bool]) -> float:
    """Wait until ``holds``, ``seconds`` at the most; how many it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.5)
    return time.monotonic() - began
