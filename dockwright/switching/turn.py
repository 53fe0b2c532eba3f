"""The order in which a leaf's jobs are switched: one by one, where its ports allow it; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dockwright.boot.job import Job
from dockwright.boot.taken import Held, leaf_of_container
from dockwright.inits.init import Argv, Init
from dockwright.inits.reach_file import leaf_of_path
from dockwright.switching.difference import Difference


@dataclass(frozen=True)
class Turn:
    """Jobs that are switched together: ``restart`` those that run, ``start`` those that do not.

    ``stop`` are jobs that go away, and hold a port of them.
    """

    restart: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()

    @property
    def jobs(self) -> tuple[str, ...]:
        """Those that are up behind it."""
        return (*self.restart, *self.start)

    def lines(self, init: Init) -> tuple[Argv, ...]:
        """The command lines of the turn.

        Example:
            >>> from dockwright.inits.init import INITS
            >>> Turn(restart=("app.web.1",)).lines(INITS["systemd"])
            (('systemctl', 'restart', 'dockwright-app.web.1.service'),)
        """
        stop, restart, start = (
            [init.unit(job) for job in jobs] for jobs in (self.stop, self.restart, self.start)
        )
        if len(restart) == 1 and not stop and not start:
            return init.say(init.restart, restart)
        # one may want a port that another has as yet, and would end again and again meanwhile
        return (*init.say(init.stop, [*stop, *restart]), *init.say(init.start, [*restart, *start]))


def turns(
    jobs: Sequence[Job],
    restart: Collection[str],
    start: Collection[str],
    held: Sequence[Held] = (),
    leaving: Collection[str] = (),
    sharing: Mapping[str, Collection[str]] | None = None,
) -> tuple[Turn, ...]:
    """The turns in which ``jobs`` are switched: first all that can be started beside the others,
    then each that is to be restarted by itself.

    Jobs share a turn where one wants a port that the other still has.

    Args:
        jobs: all of the leaf, in their order.
        restart: names of those that run and are to be restarted.
        start: names of those that do not run.
        held: ports of the box that are in use.
        leaving: names of jobs that go away.
        sharing: of a job those that go away and have data of it: two would write it at once.

    Example:
        >>> from dockwright.boot.group import group
        >>> web = group("app", "web: docker run -p 80:80 app", "Procfile", scale={"web": 3}).jobs
        >>> for turn in turns(web, ["app.web.1", "app.web.2"], ["app.web.3"]):
        ...     print(turn.restart, turn.start)
        () ('app.web.3',)
        ('app.web.1',) ()
        ('app.web.2',) ()
    """
    changing = [job for job in jobs if job.name in restart or job.name in start]
    by_job = {job.name: holders([job], held) for job in changing}
    together: list[set[str]] = []
    for job in changing:
        mine = {job.name, *(by_job[job.name] & {*restart, *start})}
        for other in [one for one in together if one & mine]:
            together.remove(other)
            mine |= other
        together.append(mine)
    made = []
    for names in together:
        order = [job.name for job in changing if job.name in names]
        stop = {holder for name in names for holder in by_job[name] if holder in leaving}
        stop.update(other for name in names for other in (sharing or {}).get(name, ()))
        made.append(
            Turn(
                tuple(name for name in order if name in restart),
                tuple(name for name in order if name in start),
                tuple(sorted(stop)),
            )
        )
    beside = [turn for turn in made if not turn.restart and not turn.stop]
    first = Turn(start=tuple(name for turn in beside for name in turn.start))
    place = {job.name: number for number, job in enumerate(jobs)}
    others = sorted(
        (turn for turn in made if turn not in beside),
        key=lambda turn: min(place[name] for name in turn.jobs),
    )
    return (*([first] if first.start else []), *others)


def parted(
    init: Init,
    difference: Difference,
    jobs: Mapping[str, str],
    processes: Collection[str],
    held: Collection[str],
) -> tuple[Difference, Difference]:
    """What is done before a leaf's jobs have their turns, and what after.

    An instance too many of a process that stays (``scale`` was lowered) goes when the others are
    up, but for one whose port is needed before. A process that is not there any more goes first:
    another one may be to have its volume.

    Args:
        init: the box's init system.
        difference: that of the leaf, whose restarts and starts of jobs are the turns'.
        jobs: the job of each unit that is one's.
        processes: those that stay, as ``LEAF.PROCESS``.
        held: names of jobs that have a port that is needed.

    Example:
        >>> from dockwright.inits.init import INITS
        >>> both = Difference(restart=("a", "a.target"))
        >>> before, after = parted(INITS["systemd"], both, {"a": "a.web.1"}, [], [])
        >>> before.restart, after.restart
        ((), ('a.target',))
    """
    later = {
        unit
        for unit in difference.forget
        if (job := jobs.get(unit)) is not None
        and job.rpartition(".")[0] in processes
        and job not in held
    }

    def is_later(path: str) -> bool:
        # the leaf's network goes when none of its containers is in it any more
        if {init.unit_of(path), init.overridden(path)} & later or leaf_of_path(path) is not None:
            return True
        return any(path == init.paths_of(jobs[unit])[1] for unit in later)

    before = replace(
        difference,
        restart=(),
        start=(),
        forget=tuple(unit for unit in difference.forget if unit not in later),
        remove=tuple(path for path in difference.remove if not is_later(path)),
    )
    after = Difference(
        restart=tuple(unit for unit in difference.restart if unit not in jobs),
        start=tuple(unit for unit in difference.start if unit not in jobs),
        forget=tuple(unit for unit in difference.forget if unit in later),
        remove=tuple(path for path in difference.remove if is_later(path)),
    )
    return before, after


def holders(jobs: Iterable[Job], held: Iterable[Held]) -> set[str]:
    """The names of other jobs whose containers have a port that one of ``jobs`` is to publish.

    Example:
        >>> from dockwright.boot.group import group
        >>> web = group("app", "web: docker run -p 80:80 app", "Procfile").jobs
        >>> holders(web, [Held(None, 80, container="app.old.1")])
        {'app.old.1'}
    """
    # in a range that is wide enough for several the engine takes a free port
    wanted = [(job.name, port) for job in jobs for port in job.ports if port.choice == 1]
    return {
        one.container
        for one in held
        if one.container is not None and leaf_of_container(one.container) is not None
        if any(name != one.container and port.overlaps(one.port) for name, port in wanted)
    }
