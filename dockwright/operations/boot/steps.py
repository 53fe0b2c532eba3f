"""What an init is told so that a leaf's files and units become what they are to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.command import PyinfraCommand

from dockwright.boot.job import Group
from dockwright.commands.expected import check_settled
from dockwright.commands.reach import away, load, of_leaves
from dockwright.commands.write import Write
from dockwright.errors import BoxError, DockwrightError
from dockwright.facts.boot import Boot
from dockwright.inits.env_file import FOLDER as ENV_FOLDER
from dockwright.inits.init import BESIDE, INITS, Init, Steps
from dockwright.inits.names import arrival, job_of, leaf_of
from dockwright.inits.reach_file import path_of as reach_path
from dockwright.operations.boot.ports import InUse
from dockwright.places import REACHES
from dockwright.switching.difference import Difference
from dockwright.switching.former import line_of
from dockwright.switching.release import Release
from dockwright.switching.switch import SwitchPlan
from dockwright.switching.turn import holders, parted, turns
from dockwright.ways_out import WayOut, way_out


def all_of(paths: Sequence[str], on_box: Boot, init: Init) -> Difference:
    """The files at ``paths`` taken away, with the units they define, and what overrides those.

    With the last leaf goes what all leaves share.

    Example:
        >>> all_of(["/etc/init/dockwright-app.conf"], Boot(), INITS["upstart"]).forget
        ('dockwright-app',)
    """
    units = tuple(unit for path in paths if (unit := init.unit_of(path)) is not None)
    left = [path for path in on_box.files if path not in paths and is_leafs(path, init)]
    shared = [file for file in init.shared() if file.path in on_box.files and not left]
    gone = (*units, *(file.unit for file in shared))
    overriding = tuple(path for path, unit in on_box.overrides.items() if unit in gone)
    return Difference(forget=units, remove=(*paths, *(file.path for file in shared), *overriding))


def is_leafs(path: str, init: Init) -> bool:
    """Whether the file at ``path`` is some leaf's: other units may be called dockwright-… too.

    Example:
        >>> is_leafs("/etc/init/dockwright-x.conf", INITS["upstart"])
        True
    """
    return init.owned(leaf_of(path.rpartition("/")[2]), path)


def applied(init: Init, difference: Difference) -> Iterator[PyinfraCommand]:
    """The commands that make a difference none, in their order.

    Example:
        >>> [str(step) for step in applied(INITS["systemd"], Difference(reload=True))]
        ['systemctl daemon-reload']
    """
    if any(file.path.startswith(ENV_FOLDER) for file in difference.write):
        yield StringCommand("install", "-d", "-m", "0700", QuoteString(ENV_FOLDER))
    if difference.load:
        yield StringCommand("install", "-d", "-m", "0755", QuoteString(REACHES))
    yield from said_to(init, init.forget, difference.forget)
    bounds = of_leaves(difference.remove)
    for path in [path for path in difference.remove if path not in bounds]:
        yield StringCommand("rm", "-f", QuoteString(path))
        folder = path.rpartition("/")[0]
        # a drop-in's, which goes with its last one
        if folder.endswith(".d") and folder not in (init.folder, init.times):
            yield StringCommand("rmdir", "--ignore-fail-on-non-empty", QuoteString(folder))
    for file in difference.write:
        yield Write(file.path, file.text, mode=file.mode)
    if difference.write or difference.remove or difference.reload:
        for argv in init.reload:
            yield line_of(argv)
    # before the containers that they bound
    for path in difference.load:
        yield load(path)
    yield from said_to(init, init.enable, difference.enable)
    yield from said_to(init, init.restart, difference.restart)
    yield from said_to(init, init.start, difference.start)
    # a network goes when no container is in it any more
    for path in bounds:
        yield away(path)


def in_turns(
    init: Init,
    wanted: Group,
    difference: Difference,
    used: InUse,
    kept: Sequence[PyinfraCommand],
    release: Release | None = None,
) -> SwitchPlan:
    """How a leaf gets from what it has to ``wanted``, job by job.

    Args:
        init: the box's init system.
        wanted: its jobs.
        difference: from what the leaf has, which is not empty.
        used: the ports of the box.
        kept: what comes before all, to have a way back.
        release: what runs before that.

    Example:
        >>> group = Group("app", (), ())
        >>> in_turns(INITS["systemd"], group, Difference(), InUse((), frozenset()), ()).turns
        ()
    """
    if release is not None:
        done = {*release.paths, *_needed(init), *difference.load}
        difference = replace(
            difference,
            write=tuple(file for file in difference.write if file.path not in done),
            load=(),
        )
    changing = (*difference.restart, *difference.start, *difference.forget)
    jobs = {unit: job for unit in changing if (job := job_of(unit, wanted.leaf)) is not None}
    stays = {f"{wanted.leaf}.{job.process}" for job in wanted.jobs}
    first, last = parted(init, difference, jobs, stays, holders(wanted.jobs, used.held))
    restart, start = (
        [jobs[u] for u in us if u in jobs] for us in (difference.restart, difference.start)
    )
    return SwitchPlan(
        release=release,
        first=(*kept, *applied(init, first)),
        turns=turns(wanted.jobs, restart, start, used.held, used.leaving, used.sharing),
        last=tuple(applied(init, last)),
    )


def release_of(init: Init, wanted: Group, difference: Difference, seconds: float) -> Release | None:
    """What runs before a switch; None where there is nothing, or no file or image changes.

    Args:
        init: the box's init system.
        wanted: the leaf's jobs.
        difference: from what the leaf has.
        seconds: how long it may take.

    Example:
        >>> release_of(INITS["systemd"], Group("app", (), ()), Difference(), 60) is None
        True
    """
    job = wanted.release
    changed = {*difference.renewing, *difference.remove} - {reach_path(wanted.leaf)}
    if job is None or not any(init.owned(wanted.leaf, path) for path in changed):
        return None
    its = init.paths_of(job.name)
    needed = {*its, *_needed(init), reach_path(wanted.leaf)}
    write = tuple(file for file in difference.write if file.path in needed)
    steps = applied(init, Difference(write=write, reload=True, load=difference.load))
    return Release(job.name, init.unit(job.name), its, tuple(steps), seconds)


def _needed(init: Init) -> list[str]:
    """Paths of what all units of a box run: it is there before the first of them."""
    return [file.path for file in init.shared() if file.unit is None]


def said_to(init: Init, steps: Steps, units: Sequence[str]) -> Iterator[StringCommand]:
    """The command lines that say ``steps`` of ``units`` to an init.

    Example:
        >>> [str(line) for line in said_to(INITS["upstart"], (("start",),), ["dockwright-app"])]
        ['initctl start dockwright-app']
    """
    for argv in init.say(steps, units):
        yield line_of(argv)


def check_init(init: str | None, on_box: Boot) -> None:
    """Make sure that jobs can be made for ``init``, which a leaf's are to be of.

    Args:
        init: its name, or None for what the box has.
        on_box: what the box has.

    Raises:
        Awaited: the same run brings it.
        BoxError: it is not on the box, or the box has jobs of ours for another one.

    Example::

        check_init("systemd", host.get_fact(BootJobs))
    """
    box = str(host.name)
    if init is None or init == on_box.init:
        return
    box_init = INITS.get(on_box.init or "")
    if box_init and any(
        is_leafs(path, box_init) and box_init.unit_of(path) for path in on_box.files
    ):
        raise BoxError(
            f"box {box}: init {init}: its boot jobs are {on_box.init}'s, and two inits would start "
            "the same containers; take those away first (boot.only([]) in a deploy of your own; "
            f"volumes stay), or say init {on_box.init}"
        )
    if init in BESIDE and init not in on_box.beside:
        check_settled(box, [arrival(init)])
        raise BoxError(
            f"box {box}: init {init}: it is not installed; "
            f"{way_out(WayOut.INSTALL_INIT, init=init)} installs {', '.join(INITS[init].packages)}"
        )


def init_of(name: str | None) -> Init:
    """The init of that name.

    Raises:
        DockwrightError: there are no boot jobs for it.

    Example:
        >>> init_of("upstart").program
        'initctl'
    """
    if name is None or name not in INITS:
        raise DockwrightError(
            f"box {host.name}: init {name or 'unknown'}: no boot jobs for it; "
            f"use a box with {', '.join([*INITS][:-1])} or {[*INITS][-1]}"
        )
    return INITS[name]
