"""`dockwright backup`: the parts of a site's boxes to where the site says, boxes side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state

from dockwright.backup.parts import Part
from dockwright.box.lock import hold
from dockwright.box.reach import reach
from dockwright.box.remembered import remember
from dockwright.box.side_by_side import side_by_side
from dockwright.deploys.box import this_box
from dockwright.errors import DockwrightError
from dockwright.run.backup.access import Access, access
from dockwright.run.backup.chosen import chosen_parts, declared_parts
from dockwright.run.backup.restic import Saved, equip, save
from dockwright.run.inventory import load, present
from dockwright.terminal import echo

_AT_ONCE = 4  # boxes, as they share a target


@dataclass(frozen=True)
class Backed:
    """What became of a part; ``trouble`` is empty where all is well."""

    part: Part
    saved: Saved | None
    trouble: str = ""


def back_up(
    names: Sequence[str] = (),
    inventory: str | None = None,
    skip: Sequence[str] = (),
    say: Callable[[str], None] = echo,
) -> list[Backed]:
    """Back up what ``names`` mean; a part that fails stops no other.

    Args:
        names: leaves or boxes; empty for all.
        inventory, skip: as for `dockwright.run.inventory.load`.
        say: told of a key that was made.

    Raises:
        DockwrightError: no such inventory, leaf or box; the site names no target.

    Example::

        back_up(["wiki"])[0].saved.summary.added
    """
    with load(inventory, skip) as loaded:
        run: State = ctx_state.get()  # type: ignore[no-untyped-call]
        hosts = {str(host.name): host for host in present(loaded)}
        opens = site_access(next(iter(hosts.values())), say)
        parts = chosen_parts(
            (part for host in hosts.values() for part in declared_parts(host)), names
        )
        by_box: dict[str, list[Part]] = {}
        for part in parts:
            by_box.setdefault(part.box, []).append(part)

        def of_box(name: str) -> list[Backed]:
            # a greenlet of its own has no current run
            with ctx_state.use(run):
                return _of_box(hosts[name], opens, by_box[name])

        try:
            return [one for its in side_by_side(of_box, by_box, _AT_ONCE) for one in its]
        finally:
            for host in loaded:
                if host.connected:
                    host.disconnect()


def site_access(host: Host, say: Callable[[str], None]) -> Access:
    """What opens the site's target, as the data of a box has it.

    Raises:
        DockwrightError: as `dockwright.run.backup.access.access`.

    Example::

        site_access(host, print).target.base
    """
    with ctx_host.use(host):
        return access(this_box().settings, say)


def _of_box(host: Host, opens: Access, parts: Sequence[Part]) -> list[Backed]:
    try:
        reach(host)
        remember(host)
        hold(host)
        equip(host)
    except (DockwrightError, EOFError) as error:
        why = str(error) or f"box {host.name}: no answer to its question"
        return [Backed(part, None, why) for part in parts]
    made = []
    for part in parts:
        try:
            saved = save(host, opens, part)
            made.append(Backed(part, saved, saved.trouble and f"{part.place}: {saved.trouble}"))
        except DockwrightError as error:
            made.append(Backed(part, None, str(error)))
    return made
