"""What an init knows of the Docker engine: the name of its job, and how it is told and asked."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class EngineJob:
    """The engine as a job of an init.

    ``start`` is a script that starts it, waits for one that is starting, and says its last lines
    where it does not run. ``shell`` goes behind `place.FIND` of the engine's room, and has the
    functions ``act start|stop|restart|reload``, ``runs`` (one that is starting is waited for),
    ``mark`` (a place in its log) and ``lines MARK`` (the last 8 of those written since).
    ``elsewhere`` gets the box and the job that has its engine instead, and says what to do.
    """

    name: str
    start: str
    shell: str
    elsewhere: Callable[[str, str], str]
