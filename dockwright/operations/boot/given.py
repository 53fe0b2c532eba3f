"""A folder of the box that goes over to another owner, while the leaf that writes to it is down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyinfra import host
from pyinfra.api.command import PyinfraCommand
from pyinfra.context import ctx_host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Call
from dockwright.commands.expected import expect
from dockwright.commands.give import give
from dockwright.facts.boot import BootJobs
from dockwright.operations.boot.ports import pause_of, switch_of
from dockwright.operations.boot.steps import init_of, said_to
from dockwright.switching.roll_out import check_may_switch


def given(
    folder: str, owner: str, former: Sequence[str], leaf: str | None
) -> Iterator[PyinfraCommand]:
    """The commands that give what is of ``former`` in ``folder`` to ``owner``, and their lines.

    Args:
        folder: absolute path.
        owner: ``UID:GID``.
        former: each as ``UID:GID``.
        leaf: what writes to it, and is stopped before; its `boot.job` starts it again.

    Example::

        yield from given("/srv/stash", "60801:60801", ["998:998"], "stash")
    """
    log.changes(host, [Change("~", folder, (f"files of {', '.join(former)} → {owner}",))])
    if leaf is not None:
        yield from _stopped(leaf)
    yield give(folder, owner, former)


def _stopped(leaf: str) -> Iterator[PyinfraCommand]:
    """The commands that stop all units of ``leaf`` that are up, or come up over and over."""
    on_box = host.get_fact(BootJobs)
    if on_box.init is None:
        return
    init = init_of(on_box.init)
    units = [init.unit_of(path) for path in on_box.files if init.owned(leaf, path)]
    up = [
        unit
        for unit in dict.fromkeys(units)
        if unit is not None
        and (state := on_box.active.get(unit)) is not None
        and (state == "active" or init.is_starting(state))
    ]
    if not up:
        return

    def check() -> None:
        here = ctx_host.get()  # type: ignore[no-untyped-call]
        # nothing would start it again
        check_may_switch(here.state, leaf, str(here.name))

    expect(str(host.name), [pause_of(leaf), switch_of(leaf)])
    log.changes(host, [Change("~", leaf, ("stops meanwhile, and starts again",))])
    yield Call(f"see that {leaf} may be stopped", check)
    yield from said_to(init, init.stop, up)
