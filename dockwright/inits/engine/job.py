"""What an init knows of the Docker engine: the name of its job, and how it is told and asked.

One value of `EngineJob` for each init that a machine may run; of inits beside it (`Init.engine` is
None) none has the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from dockwright.inits.file import File

Argv = tuple[str, ...]


class EngineFound(Protocol):
    """What is known of a box's engine to have it come up by itself (`facts.engine.EngineState`)."""

    @property
    def dockerd(self) -> str | None: ...  # path of the program

    @property
    def enabled(self) -> str: ...  # its init's word

    @property
    def conf(self) -> str | None: ...  # text of the job's file, of an init that shows it

    @property
    def override(self) -> str | None: ...  # text of the file that overrides it


@dataclass(frozen=True)
class EngineAnswer:
    """What an init said of the engine, of the lines that `EngineJob.asked` prints."""

    active: bool = False  # whether the engine runs
    enabled: str = ""  # whether it comes up with the machine, in systemd's words
    state: str = ""  # its word, where the engine neither runs nor is stopped
    conf: str | None = None  # text of Upstart's file of the job; None: no such file
    override: str | None = None  # the same of the file beside it that overrides it


@dataclass(frozen=True)
class EngineJob:
    """The engine as a job of an init."""

    name: str  # as the init calls it
    restarted_by: str  # what a person types to restart it
    log: str  # where a person sees its log
    # A script that starts it, waits for one that is starting, and says its last lines where it
    # does not run.
    start: str
    # Functions `act start|stop|restart|reload`, `runs` (one that is starting is waited for),
    # `mark` (a place in its log) and `lines MARK` (the last 8 of those written since). It goes
    # behind `dockwright.engine.place.FIND`.
    shell: str
    # Functions of FIND itself: `engine_sockets` (paths on which the init listens for it),
    # `engine_elsewhere` (PID and name of the job that has a dockerd, if not this one; - for none)
    # and `engine_process` (PID of dockerd or nothing; it fails where somebody stopped the engine)
    find: str
    asked: str  # lines of a shell that print its state, behind FIND
    keys: frozenset[str]  # what those lines begin with
    said: Callable[[Mapping[str, list[str]]], EngineAnswer]  # of those lines, by their keys
    started: str  # lines that set pid, start and files: of the process, and what starts it
    # steps that have it come up with the machine; BoxError, with the box's name, where none can
    comes_up: Callable[[str, EngineFound], tuple[Argv | File, ...]]
    # gets the box and the job that has its engine instead, and says what to do
    elsewhere: Callable[[str, str], str]
