"""What the operations say to an init: its files, its units, and the words it is given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from dockwright.boot.job import Group
from dockwright.inits import env_file, systemd, upstart
from dockwright.inits.engine import systemd as systemd_engine
from dockwright.inits.engine import upstart as upstart_engine
from dockwright.inits.engine.job import EngineJob
from dockwright.inits.file import File
from dockwright.inits.logs import upstart as upstart_logs
from dockwright.inits.names import TIMER, is_group_unit, is_release_unit, job_of, job_unit
from dockwright.inits.wanted_logs import WantedLogs

Argv = tuple[str, ...]
Steps = tuple[Argv, ...]


# each answers once its unit has arrived: one after the other, stubborn containers take minutes
_AT_ONCE = 'program=$1 word=$2; shift 2; for unit; do "$program" "$word" "$unit" & done; wait'


@dataclass(frozen=True)
class Init:
    """An init system; builders of its commands, which run nothing.

    ``forget`` is said of a unit before its file is removed, ``reload`` after files changed. What
    is said of units may take several steps; one that begins with - may fail, as in a unit file, and
    so may one with &, which all units are told at once.
    ``logs`` is a shell line that shows what a leaf's containers said. Of one job, ``mark`` is one
    that prints where its log stands now, ``since`` one that prints what its containers said behind
    such a mark, and ``restarts`` one that prints how often the init started it again by itself, or
    nothing where it does not count that; ``status`` one that prints its exit status, or nothing
    where the init does not keep that. ``arguments`` reads from its file what docker is to do.
    ``is_task`` tells which units of a leaf are not kept up, ``clear`` has the init forget that they
    failed. ``times`` is the folder where cron has them, if the init has none of its own.
    ``shared`` are files of the box that go with its last one,
    ``overridden`` tells the unit whose settings a file changes, and where one ``keeps_settings`` it
    has those of its start until its end, whatever its files say.
    """

    program: str
    folder: str
    files: Callable[[Group], tuple[File, ...]]
    unit: Callable[[str], str]
    owns: Callable[[str, str], bool]
    is_task: Callable[[str, str, Collection[str]], bool]
    suffix: str
    reload: tuple[Argv, ...]
    enable: Steps
    restart: Steps
    start: Steps
    stop: Steps
    forget: Steps
    logs: Callable[[str, WantedLogs], str]
    mark: Callable[[str], str]
    since: Callable[[str, str], str]
    restarts: Callable[[str], str]
    status: Callable[[str], str]
    arguments: Callable[[str], Argv]
    overridden: Callable[[str], str]
    engine: EngineJob
    shared: Callable[[], tuple[File, ...]] = tuple
    clear: Steps = ()
    times: str | None = None
    one_at_a_time: bool = False
    keeps_settings: bool = False

    def say(self, steps: Steps, units: Sequence[str]) -> tuple[Argv, ...]:
        """The command lines that say each of ``steps`` of ``units``.

        Example:
            >>> INITS["systemd"].say((("restart",),), ["dockwright-zenweb.target"])
            (('systemctl', 'restart', 'dockwright-zenweb.target'),)
        """
        if not units:
            return ()
        each = [(unit,) for unit in units] if self.one_at_a_time else [tuple(units)]
        if any(words[0].startswith("&") for words in steps):
            each = [tuple(units)]
        return tuple(self._line(words, told) for told in each for words in steps)

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
        return folder == env_file.FOLDER and env_file.owned(leaf, filename)

    def kept_up(self, leaf: str, units: Collection[str]) -> tuple[dict[str, str], list[str]]:
        """Of ``units`` of ``leaf`` those that are kept up: the unit of each job, and all others.

        Example:
            >>> INITS["upstart"].kept_up("app", ["dockwright-app.web.1", "dockwright-app"])
            ({'app.web.1': 'dockwright-app.web.1'}, ['dockwright-app'])
        """
        kept = [unit for unit in units if not self.is_task(leaf, unit, units)]
        jobs = {job: unit for unit in kept if (job := job_of(unit, leaf)) is not None}
        return jobs, [unit for unit in kept if unit not in jobs.values()]

    def runs_to_end(self, leaf: str, job: str, units: Collection[str]) -> bool:
        """Whether the job (``LEAF.PROCESS.N``) of a leaf with ``units`` is not kept up.

        Example:
            >>> INITS["systemd"].runs_to_end("app", "app.release.1", [])
            True
        """
        return is_release_unit(leaf, job_unit(job)) or f"{job_unit(job)}{TIMER}" in units

    def paths_of(self, job: str) -> tuple[str, str]:
        """Where the unit and the environment of a job (``LEAF.PROCESS.N``) are.

        Example:
            >>> INITS["upstart"].paths_of("app.web.1")[0]
            '/etc/init/dockwright-app.web.1.conf'
        """
        return f"{self.folder}/{self.unit(job)}{self.suffix}", env_file.path_of(job)

    def unit_of(self, path: str) -> str | None:
        """The unit that the file at ``path`` defines, or None where it is no unit.

        Example:
            >>> INITS["upstart"].unit_of("/etc/init/dockwright-app.conf")
            'dockwright-app'
        """
        folder, _, filename = path.rpartition("/")
        if folder != self.folder or not filename.endswith(self.suffix):
            return None
        return filename.removesuffix(self.suffix)


INITS = {
    "systemd": Init(
        program="systemctl",
        folder=systemd.FOLDER,
        files=systemd.files,
        unit=systemd.service_name,
        owns=systemd.owned,
        is_task=systemd.is_task,
        suffix="",
        reload=(("systemctl", "daemon-reload"),),
        enable=(("enable", "--quiet"),),
        restart=(("restart",),),
        start=(("start",),),
        stop=(("stop",),),
        forget=(("disable", "--quiet", "--now"),),
        logs=systemd.logs,
        mark=systemd.mark,
        since=systemd.since,
        restarts=systemd.restarts,
        overridden=systemd.overridden,
        engine=systemd_engine.ENGINE,
        status=systemd.status,
        arguments=systemd.arguments,
        clear=(("-reset-failed",),),
    ),
    # Upstart watches /etc/init itself, and a job is enabled by being there
    "upstart": Init(
        program="initctl",
        folder=upstart.FOLDER,
        files=upstart.files,
        unit=upstart.job_name,
        owns=upstart.owned,
        is_task=upstart.is_task,
        suffix=".conf",
        reload=(("initctl", "reload-configuration"),),
        enable=(),
        # `initctl restart` keeps to the job as it was when it started; and what does not run, or
        # was stopped with its master, can't be stopped. A start is not waited for: it arrives
        # when the engine answers, and whoever starts a leaf waits for its containers anyway.
        restart=(("-stop",), ("start", "--no-wait")),
        start=(("start", "--no-wait"),),
        stop=(("-stop",),),
        forget=(("&stop",),),
        logs=upstart_logs.logs,
        mark=upstart_logs.mark,
        since=upstart_logs.since,
        restarts=upstart_logs.restarts,
        overridden=upstart.overridden,
        engine=upstart_engine.ENGINE,
        shared=upstart.shared,
        status=upstart.status,
        arguments=upstart.arguments,
        times=upstart.TIMES,
        one_at_a_time=True,
        keeps_settings=True,
    ),
}
