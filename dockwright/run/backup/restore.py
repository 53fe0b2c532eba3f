"""`dockwright restore`: a leaf's data, or all of a box, onto the same box or another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from pyinfra.api.host import Host

from dockwright.backup.parts import Part
from dockwright.backup.snapshots import moment
from dockwright.box.lock import hold
from dockwright.errors import DockwrightError
from dockwright.run.backup.chosen import chosen_parts, declared_parts
from dockwright.run.backup.put import put
from dockwright.run.backup.restic import equip
from dockwright.run.backup.save import site_access
from dockwright.run.inventory import connected, find, load, present
from dockwright.run.recorded import recorded
from dockwright.terminal import echo


def restore(
    name: str,
    inventory: str | None = None,
    at: str | None = None,
    to: str | None = None,
    source: str | None = None,
    say: Callable[[str], None] = echo,
) -> None:
    """Restore the leaf or box ``name``; what can't be is named, and the other parts are restored.

    Args:
        name: a leaf, or a box: then its secrets, its registry and all of its leaves.
        inventory: as for `dockwright.run.inventory.load`.
        at: a moment; the newest backup that is no newer is restored. None for the newest.
        to: the box that it is restored on; None for the one that it is of.
        source: the box whose backup it is, where several run the leaf.
        say: told what happens.

    Raises:
        DockwrightError: no such leaf, box or backup; a leaf that does not come up with it has its
            former data again.

    Example::

        restore("wiki", at="2026-11-30T07:00:00Z")
    """
    when: datetime | None = None if at is None else moment(at)
    with load(inventory) as loaded:
        hosts = {str(host.name): host for host in present(loaded)}
        for one in filter(None, (to, source)):
            find(loaded, one)
        opens = site_access(next(iter(hosts.values())), say)
        parts = wanted(hosts, name, to, source)
        host = find(loaded, to or parts[0][0].box)
        failed: list[str] = []
        with connected(host):
            hold(host)
            equip(host)
            for part, place in parts:
                try:
                    with recorded(host, f"restore of {place}", say):
                        put(host, opens, part, place, when, say)
                except DockwrightError as error:
                    failed.append(str(error))
    if failed:
        raise DockwrightError("\nerror: ".join(failed))


def wanted(
    hosts: Mapping[str, Host], name: str, to: str | None, source: str | None
) -> list[tuple[Part, str]]:
    """The parts that ``name`` means, each with the place of its backup.

    A leaf may be declared where it is to be, and not any more where its backup is of.

    Raises:
        DockwrightError: it is no box and no leaf with data; or several boxes run the leaf.

    Example::

        wanted({"app1": host}, "wiki", None, None)[0][1]  # 'app1/wiki'
    """
    every = [part for host in hosts.values() for part in declared_parts(host)]
    parts = chosen_parts(every, [name])
    if name in hosts:
        parts = [part for part in parts if part.box == name]
        return [(part, f"{source or part.box}/{part.name}") for part in parts]
    boxes = [part.box for part in parts]
    box = source or (boxes[0] if len(boxes) == 1 else None)
    if box is None:
        raise DockwrightError(
            f"{name}: on boxes {', '.join(boxes)}; say whose backup: --from {boxes[0]}"
        )
    # what it writes is known of where it was, else of where it is to be
    order = {box: 0, to: 1}
    part = min(parts, key=lambda one: order.get(one.box, 2))
    return [(part, f"{box}/{part.name}")]
