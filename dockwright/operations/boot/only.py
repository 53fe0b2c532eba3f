"""Boot jobs of leaves that their box is not to run any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pyinfra import host

from dockwright.box import log
from dockwright.box.absent import no_part
from dockwright.box.change import Change
from dockwright.box.this_run import this_run
from dockwright.commands.declare import Commands, operation
from dockwright.commands.expected import expect
from dockwright.facts.boot import BootJobs
from dockwright.inits.names import leaf_of
from dockwright.operations.boot.changes import gone
from dockwright.operations.boot.ports import end_of
from dockwright.operations.boot.steps import all_of, applied, init_of, is_leafs
from dockwright.switching.kept import forget
from dockwright.switching.roll_out import NO_LEAVES, failures


@operation()
def only(
    leaves: Collection[str], declared_on: Mapping[str, Collection[str]] | None = None
) -> Commands:
    """Have boot jobs of no other leaves than ``leaves``; those of others are taken away.

    None is while a leaf has failed in the run, and none that another box is to run which has no
    part in the run: it may run nowhere else.

    Args:
        leaves: names of all leaves that the box is to run.
        declared_on: of each leaf of the site the boxes that are to run it.

    Example::

        boot.only(["zenweb", "registry"])
    """
    on_box = host.get_fact(BootJobs)
    if on_box.init is None:
        host.noop("no init, and no boot jobs")
        return
    init = init_of(on_box.init)
    at_it = {str(other.name) for other in host.state.active_hosts} - no_part(host.state).keys()
    _tell_of_others(leaves, {leaf_of(path.rpartition("/")[2]) for path in on_box.files})
    stays = {
        leaf: absent
        for leaf, on in (declared_on or {}).items()
        if leaf not in leaves and (absent := sorted(set(on) - at_it))
    }
    others = [
        path
        for path in on_box.files
        if leaf_of(path.rpartition("/")[2]) not in leaves and is_leafs(path, init)
    ]
    left = [path for path in others if leaf_of(path.rpartition("/")[2]) not in stays]
    for leaf in sorted({leaf_of(path.rpartition("/")[2]) for path in others} & stays.keys()):
        why = f"{leaf} stays: box {stays[leaf][0]} is to run it, and has no part in this run"
        log.info(host, why)
        this_run(host.state).reminders.append(f"box {host.name}: {why}")
    if not left:
        host.noop("no boot jobs of other leaves that are to go")
        return
    names = ", ".join(path.rpartition("/")[2] for path in left)
    log.reason(host, f"not declared any more: {names}")
    if failed := failures(host.state).keys() - NO_LEAVES:
        # what replaces them is not up
        log.info(host, f"they stay until {', '.join(sorted(failed))} is up")
        return
    whose = sorted({leaf_of(path.rpartition("/")[2]) for path in left})
    expect(str(host.name), map(end_of, whose))
    log.changes(host, gone(left, init, on_box) or [Change("-", leaf) for leaf in whose])
    yield from applied(init, all_of(left, on_box, init))
    for leaf in sorted({leaf_of(path.rpartition("/")[2]) for path in left}):
        yield forget(leaf)


def _tell_of_others(leaves: Collection[str], has: Collection[str]) -> None:
    """A leaf that begins here may have run where nobody can ask, and come up there again."""
    absent = no_part(host.state)
    for leaf in sorted(set(leaves) - set(has)) if absent else ():
        which = ", ".join(f"{box} ({why})" for box, why in absent.items())
        this_run(host.state).reminders.append(
            f"box {host.name}: {leaf} begins here; where it ran on {which}, it comes up there with "
            "the box, until a run puts that in order"
        )
