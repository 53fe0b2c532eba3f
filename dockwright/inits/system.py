"""The shape of what is known of an init system: its files, its units, and how it is told and asked.

One value of `Init` for each, made in the file of that init (`dockwright.inits.systemd`) and listed
in `dockwright.inits.init.INITS`. Facts, operations, switches and the engine take all that they
need to know of a box's init from it, and name none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from dockwright.boot.job import Group
from dockwright.inits import env_file, reach_file
from dockwright.inits.engine.job import Argv, EngineJob
from dockwright.inits.file import File
from dockwright.inits.names import TIMER, is_group_unit, is_release_unit, job_of, job_unit
from dockwright.inits.wanted_logs import WantedLogs

Steps = tuple[Argv, ...]


# each answers once its unit has arrived: one after the other, stubborn containers take minutes
_AT_ONCE = 'program=$1 word=$2; shift 2; for unit; do "$program" "$word" "$unit" & done; wait'


@dataclass
class States:
    """What an init said of the units that its jobs define, in its own words."""

    active: dict[str, str] = field(default_factory=dict)  # ``active`` where one is up
    enabled: dict[str, str] = field(default_factory=dict)  # where it tells that apart
    stale: set[str] = field(default_factory=set)  # not loaded as their files are
    restarts: dict[str, int] = field(default_factory=dict)  # by itself, where it counts that


@dataclass(frozen=True)
class Init:
    """An init system; builders of its commands, which run nothing.

    ``forget`` is said of a unit before its file is removed, ``reload`` after files changed. What
    is said of units may take several steps; one that begins with - may fail, as in a unit file, and
    so may one with &, which all units are told at once.
    """

    # How it is told.
    program: str  # what its words are said to
    folder: str  # of its units' files
    suffix: str  # of those files, beyond the unit's name
    files: Callable[[Group], tuple[File, ...]]  # all of a leaf
    unit: Callable[[str], str]  # of a job (``LEAF.PROCESS.N``)
    owns: Callable[[str, str], bool]  # whether the file of this name in ``folder`` is the leaf's
    is_task: Callable[[str, str, Collection[str]], bool]  # whether a leaf's unit is not kept up
    arguments: Callable[[str], Argv]  # what docker is to do, of the text of a unit's file
    reload: tuple[Argv, ...]
    restart: Steps  # of units whose files may have changed
    start: Steps  # of units that are to be up
    stop: Steps  # of units that are to be down
    forget: Steps
    run: Callable[[str], Argv]  # words that run a task, and end with it and as it did
    # How it is asked, in a shell.
    here: str  # the condition that a box's boot jobs are this init's
    # Lines that print what the box has of units, with the functions `file` and `engine_elsewhere`:
    # `file PATH …`, `override PATH`, `now SECONDS` where it counts no restarts, and the states
    jobs: str
    states: Callable[[Iterable[str]], States]  # of the lines that `jobs` prints of them
    overridden: Callable[[str], str]  # the unit whose settings the file at a path changes
    is_starting: Callable[[str], bool]  # whether it starts a unit in this state over and over
    logged: str  # lines that print `here UNIT` of units that are there, `unit UNIT` of logs
    logs: Callable[[str, WantedLogs], str]  # a line that shows what a leaf's containers said
    mark: Callable[[str], str]  # prints where a job's log stands now
    since: Callable[[str, str], str]  # prints what a job's containers said behind such a mark
    restarts: Callable[[str], str]  # prints how often it started a job again, where it counts that
    status: Callable[[str], str]  # prints the exit status of a job's end, where it keeps that
    again: str  # prints `restart $job SECONDS` for each start by itself since $from
    last: str  # prints the last lines of $job, behind `again`
    # What not every init has.
    engine: EngineJob | None = None  # as a job of it; None of an init beside the machine's own
    packages: tuple[str, ...] = ()  # of a distribution that has another init too
    enable: Steps = ()  # has units come up with the machine, where they do not of themselves
    clear: Steps = ()  # has it forget that units failed
    shared: Callable[[], tuple[File, ...]] = tuple  # files of the box that go with its last leaf
    times: str | None = None  # the folder where cron has them, if it has none of its own
    one_at_a_time: bool = False  # whether it is told of one unit only
    keeps_settings: bool = False  # of a unit's start until its end, whatever its files say

    def say(self, steps: Steps, units: Sequence[str]) -> tuple[Argv, ...]:
        """The command lines that say each of ``steps`` of ``units``.

        Example:
            >>> from dockwright.inits.init import INITS
            >>> INITS["systemd"].say((("restart",),), ["dockwright-zenweb.target"])
            (('systemctl', 'restart', 'dockwright-zenweb.target'),)
        """
        if not units:
            return ()
        each = [(unit,) for unit in units] if self.one_at_a_time else [tuple(units)]
        if any(words[0].startswith("&") for words in steps):
            each = [tuple(units)]
        return tuple(self._line(words, names) for names in each for words in steps)

    def _line(self, words: Argv, units: Argv) -> Argv:
        if words[0].startswith("&"):
            return ("sh", "-c", _AT_ONCE, "sh", self.program, words[0][1:], *units)
        if not words[0].startswith("-"):
            return (self.program, *words, *units)
        # its exit status is put aside, what it says is not
        return ("sh", "-c", '"$@" || :', "sh", self.program, words[0][1:], *words[1:], *units)

    def owned(self, leaf: str, path: str) -> bool:
        """Whether the file at ``path`` of a box is the leaf's: a unit, or an environment file.

        Example:
            >>> from dockwright.inits.init import INITS
            >>> INITS["systemd"].owned("app", "/etc/systemd/system/dockwright-app-b.target")
            False
        """
        if not leaf:  # a file that somebody else called dockwright-.service
            return False
        folder, _, filename = path.rpartition("/")
        if folder == self.folder:
            return self.owns(leaf, filename)
        if folder == self.times:
            return is_group_unit(leaf, filename)
        if folder == reach_file.FOLDER:
            return reach_file.owned(leaf, filename)
        return folder == env_file.FOLDER and env_file.owned(leaf, filename)

    def kept_up(self, leaf: str, units: Collection[str]) -> tuple[dict[str, str], list[str]]:
        """Of ``units`` of ``leaf`` those that are kept up: the unit of each job, and all others.

        Example:
            >>> from dockwright.inits.init import INITS
            >>> INITS["upstart"].kept_up("app", ["dockwright-app.web.1", "dockwright-app"])
            ({'app.web.1': 'dockwright-app.web.1'}, ['dockwright-app'])
        """
        kept = [unit for unit in units if not self.is_task(leaf, unit, units)]
        jobs = {job: unit for unit in kept if (job := job_of(unit, leaf)) is not None}
        return jobs, [unit for unit in kept if unit not in jobs.values()]

    def runs_to_end(self, leaf: str, job: str, units: Collection[str]) -> bool:
        """Whether the job (``LEAF.PROCESS.N``) of a leaf with ``units`` is not kept up.

        Example:
            >>> from dockwright.inits.init import INITS
            >>> INITS["systemd"].runs_to_end("app", "app.release.1", [])
            True
        """
        return is_release_unit(leaf, job_unit(job)) or f"{job_unit(job)}{TIMER}" in units

    def paths_of(self, job: str) -> tuple[str, str]:
        """Where the unit and the environment of a job (``LEAF.PROCESS.N``) are.

        Example:
            >>> from dockwright.inits.init import INITS
            >>> INITS["upstart"].paths_of("app.web.1")[0]
            '/etc/init/dockwright-app.web.1.conf'
        """
        return f"{self.folder}/{self.unit(job)}{self.suffix}", env_file.path_of(job)

    def unit_of(self, path: str) -> str | None:
        """The unit that the file at ``path`` defines, or None where it is no unit.

        Example:
            >>> from dockwright.inits.init import INITS
            >>> INITS["upstart"].unit_of("/etc/init/dockwright-app.conf")
            'dockwright-app'
        """
        folder, _, filename = path.rpartition("/")
        if folder != self.folder or not filename.endswith(self.suffix):
            return None
        return filename.removesuffix(self.suffix)
