"""What an init is told so that a leaf's files and units become what they are to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.command import PyinfraCommand

from dockwright.boot.job import Group
from dockwright.commands.expected import check_settled
from dockwright.commands.write import Write
from dockwright.errors import BoxError, DockwrightError
from dockwright.facts.boot import Boot
from dockwright.inits.env_file import FOLDER as ENV_FOLDER
from dockwright.inits.init import BESIDE, INITS, Init, Steps
from dockwright.inits.names import arrival, job_of, leaf_of
from dockwright.operations.boot.ports import InUse
from dockwright.switching.difference import Difference
from dockwright.switching.former import line_of
from dockwright.switching.release import Release
from dockwright.switching.switch import SwitchPlan
from dockwright.switching.turn import holders, parted, turns
from dockwright.ways_out import WayOut, way_out


def all_of(paths: Sequence[str], there: Boot, kind: Init) -> Difference:
    """The files at ``paths`` taken away, with the units they define, and what overrides those.

    With the last leaf goes what all leaves share.

    Example:
        >>> all_of(["/etc/init/dockwright-app.conf"], Boot(), INITS["upstart"]).forget
        ('dockwright-app',)
    """
    units = tuple(unit for path in paths if (unit := kind.unit_of(path)) is not None)
    left = [path for path in there.files if path not in paths and is_leafs(path, kind)]
    shared = [file for file in kind.shared() if file.path in there.files and not left]
    gone = (*units, *(file.unit for file in shared))
    overriding = tuple(path for path, unit in there.overrides.items() if unit in gone)
    return Difference(forget=units, remove=(*paths, *(file.path for file in shared), *overriding))


def is_leafs(path: str, kind: Init) -> bool:
    """Whether the file at ``path`` is some leaf's: other units may be called dockwright-… too.

    Example:
        >>> is_leafs("/etc/init/dockwright-x.conf", INITS["upstart"])
        True
    """
    return kind.owned(leaf_of(path.rpartition("/")[2]), path)


def applied(kind: Init, found: Difference) -> Iterator[PyinfraCommand]:
    """The commands that make a difference none, in their order.

    Example:
        >>> [str(step) for step in applied(INITS["systemd"], Difference(reload=True))]
        ['systemctl daemon-reload']
    """
    if any(file.path.startswith(ENV_FOLDER) for file in found.write):
        yield StringCommand("install", "-d", "-m", "0700", QuoteString(ENV_FOLDER))
    yield from said_to(kind, kind.forget, found.forget)
    for path in found.remove:
        yield StringCommand("rm", "-f", QuoteString(path))
        folder = path.rpartition("/")[0]
        # a drop-in's, which goes with its last one
        if folder.endswith(".d") and folder not in (kind.folder, kind.times):
            yield StringCommand("rmdir", "--ignore-fail-on-non-empty", QuoteString(folder))
    for file in found.write:
        yield Write(file.path, file.text, mode=file.mode)
    if found.write or found.remove or found.reload:
        for argv in kind.reload:
            yield line_of(argv)
    yield from said_to(kind, kind.enable, found.enable)
    yield from said_to(kind, kind.restart, found.restart)
    yield from said_to(kind, kind.start, found.start)


def in_turns(
    kind: Init,
    wanted: Group,
    found: Difference,
    used: InUse,
    kept: Sequence[PyinfraCommand],
    release: Release | None = None,
) -> SwitchPlan:
    """How a leaf gets from what it has to ``wanted``, job by job.

    Args:
        kind: the box's init.
        wanted: its jobs.
        found: the difference, which is not empty.
        used: the ports of the box.
        kept: what comes before all, to have a way back.
        release: what runs before that.

    Example:
        >>> group = Group("app", (), ())
        >>> in_turns(INITS["systemd"], group, Difference(), InUse((), frozenset()), ()).turns
        ()
    """
    if release is not None:
        done = {*release.paths, *_needed(kind)}
        found = replace(found, write=tuple(file for file in found.write if file.path not in done))
    changing = (*found.restart, *found.start, *found.forget)
    jobs = {unit: job for unit in changing if (job := job_of(unit, wanted.leaf)) is not None}
    stays = {f"{wanted.leaf}.{job.process}" for job in wanted.jobs}
    first, last = parted(kind, found, jobs, stays, holders(wanted.jobs, used.held))
    restart, start = ([jobs[u] for u in us if u in jobs] for us in (found.restart, found.start))
    return SwitchPlan(
        release=release,
        first=(*kept, *applied(kind, first)),
        turns=turns(wanted.jobs, restart, start, used.held, used.leaving, used.sharing),
        last=tuple(applied(kind, last)),
    )


def release_of(kind: Init, wanted: Group, found: Difference, seconds: float) -> Release | None:
    """What runs before a switch; None where there is nothing, or no file or image changes.

    Args:
        kind: the box's init.
        wanted: the leaf's jobs.
        found: the difference.
        seconds: how long it may take.

    Example:
        >>> release_of(INITS["systemd"], Group("app", (), ()), Difference(), 60) is None
        True
    """
    job = wanted.release
    changed = [*found.renewing, *found.remove]
    if job is None or not any(kind.owned(wanted.leaf, path) for path in changed):
        return None
    its = kind.paths_of(job.name)
    write = tuple(file for file in found.write if file.path in {*its, *_needed(kind)})
    steps = applied(kind, Difference(write=write, reload=True))
    return Release(job.name, kind.unit(job.name), its, tuple(steps), seconds)


def _needed(kind: Init) -> list[str]:
    """Paths of what all units of a box run: it is there before the first of them."""
    return [file.path for file in kind.shared() if file.unit is None]


def said_to(kind: Init, steps: Steps, units: Sequence[str]) -> Iterator[StringCommand]:
    """The command lines that say ``steps`` of ``units`` to an init.

    Example:
        >>> [str(line) for line in said_to(INITS["upstart"], (("start",),), ["dockwright-app"])]
        ['initctl start dockwright-app']
    """
    for argv in kind.say(steps, units):
        yield line_of(argv)


def check_init(init: str | None, there: Boot) -> None:
    """Make sure that jobs can be made for ``init``, which a leaf's are to be of.

    Args:
        init: its name, or None for what the box has.
        there: what the box has.

    Raises:
        Awaited: the same run brings it.
        BoxError: it is not on the box, or the box has jobs of ours for another one.

    Example::

        check_init("systemd", host.get_fact(BootJobs))
    """
    box = str(host.name)
    if init is None or init == there.init:
        return
    kind = INITS.get(there.init or "")
    if kind and any(is_leafs(path, kind) and kind.unit_of(path) for path in there.files):
        raise BoxError(
            f"box {box}: init {init}: its boot jobs are {there.init}'s, and two inits would start "
            "the same containers; take those away first (boot.only([]) in a deploy of your own; "
            f"volumes stay), or say init {there.init}"
        )
    if init in BESIDE and init not in there.beside:
        check_settled(box, [arrival(init)])
        raise BoxError(
            f"box {box}: init {init}: it is not installed; "
            f"{way_out(WayOut.INSTALL_INIT, init=init)} installs {', '.join(INITS[init].packages)}"
        )


def init_of(found: str | None) -> Init:
    """The init of that name.

    Raises:
        DockwrightError: there are no boot jobs for it.

    Example:
        >>> init_of("upstart").program
        'initctl'
    """
    if found is None or found not in INITS:
        raise DockwrightError(
            f"box {host.name}: init {found or 'unknown'}: no boot jobs for it; "
            f"use a box with {', '.join([*INITS][:-1])} or {[*INITS][-1]}"
        )
    return INITS[found]
