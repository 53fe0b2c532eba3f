"""`dockwright move`: a leaf with its data to another box: backup, restore and switch in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pyinfra.api.host import Host
from pyinfra.api.inventory import Inventory
from pyinfra.context import ctx_state

from dockwright.backup.parts import REGISTRY, Part
from dockwright.box.lock import hold, let_go
from dockwright.errors import DockwrightError
from dockwright.run.apply import apply
from dockwright.run.backup.chosen import declared_parts
from dockwright.run.backup.put import put, runs, start, stop
from dockwright.run.backup.restic import equip, save
from dockwright.run.backup.save import site_access
from dockwright.run.inventory import connected, find, load, present
from dockwright.run.recorded import recorded
from dockwright.terminal import echo


def move(
    leaf: str,
    to: str,
    deploy: Path,
    inventory: str | None = None,
    say: Callable[[str], None] = echo,
) -> None:
    """Move ``leaf`` to the box ``to``, where the site declares it already.

    It is backed up while it runs, stopped, backed up again, restored on the new box, and applied
    there; then its former box is applied, which takes its jobs away and leaves its data. Where
    something fails before it is up on the new box, it runs on the former one again.

    Args:
        leaf: its name.
        to: the box.
        deploy: the site's deploy file.
        inventory: as for `dockwright.run.inventory.load`.
        say: told what happens.

    Raises:
        DockwrightError: it is not declared on ``to``, or is declared where it runs; it runs on no
            other box, or on several; it could not be backed up, restored or started.

    Example::

        move("wiki", "app2", Path("deploy/site.py"))
    """
    part, former = _brought(leaf, to, inventory, say)
    whys = _applied(inventory, deploy, [to], leaf, say)
    if whys is not None:
        with load(inventory) as loaded, connected(host := find(loaded, former.box)):
            start(host, leaf)
        raise DockwrightError(
            f"{leaf}: runs on box {former.box} again, as it did not come up on box {to}: {whys}"
        )
    say(f"{leaf}: is up on box {to}")
    whys = _applied(inventory, deploy, [to, former.box], None, say)
    if whys is not None:
        raise DockwrightError(
            f"{leaf}: is up on box {to}; box {former.box} is not as declared as yet: {whys}"
        )
    say(f"{leaf}: its former data stay on box {former.box}: {', '.join(part.sources)}")


def _brought(
    leaf: str, to: str, inventory: str | None, say: Callable[[str], None]
) -> tuple[Part, Part]:
    """The leaf's part where it is to be, with its data there, and where it was, stopped."""
    with load(inventory) as loaded:
        opens = site_access(present(loaded)[0], say)
        part = _declared(loaded, leaf, to)
        source = _source(loaded, leaf, to)
        former = Part(str(source.name), part.name, part.sources, leaf)
        say(f"{leaf}: from box {former.box} to box {to}")
        try:
            with connected(source):
                hold(source)
                equip(source)
                save(source, opens, former)
                say(f"{leaf}: backed up while it runs; it is stopped now")
                stop(source, leaf)
                try:
                    save(source, opens, former)
                    host = find(loaded, to)
                    with connected(host):
                        hold(host)
                        equip(host)
                        with recorded(host, f"move of {leaf}", say):
                            put(host, opens, part, former.place, None, lambda line: None)
                except BaseException:
                    start(source, leaf)
                    say(f"{leaf}: runs on box {former.box} again")
                    raise
        finally:
            let_go(ctx_state.get())  # type: ignore[no-untyped-call]
    return part, former


def _applied(
    inventory: str | None,
    deploy: Path,
    boxes: Sequence[str],
    leaf: str | None,
    say: Callable[[str], None],
) -> str | None:
    """Why boxes are not as declared; None: they are."""
    try:
        done = apply(inventory, deploy, boxes, leaf, agree=lambda plan: True, say=say)
    except DockwrightError as error:
        return str(error)
    if done is not None and done.ok:
        return None
    whys = [why for one in (done.boxes.values() if done else ()) for why in one.failed.values()]
    return "; ".join(whys) or "see `dockwright plan`"


def _declared(loaded: Inventory, leaf: str, to: str) -> Part:
    """The leaf's part where it is to be."""
    if leaf == REGISTRY:
        raise DockwrightError(
            "registry: it moves otherwise; see docs/how-to/registry-that-moves.md"
        )
    host = find(loaded, to)
    its = [part for part in declared_parts(host) if part.leaf == leaf]
    if not its:
        raise DockwrightError(
            f"{leaf}: no leaf with data that is declared on box {to}; move it in the inventory "
            "first: into that box's dockwright_leaves, and out of the other's"
        )
    return its[0]


def _source(loaded: Inventory, leaf: str, to: str) -> Host:
    """The one other box that runs it."""
    having = []
    for host in present(loaded):
        with connected(host):
            if runs(host, leaf):
                having.append(host)
    names = [str(host.name) for host in having]
    if to in names:
        raise DockwrightError(f"{leaf}: runs on box {to} already")
    if len(names) != 1:
        raise DockwrightError(
            f"{leaf}: runs on {', '.join(names) or 'no box'}; it is moved from one to another"
        )
    if any(part.leaf == leaf for part in declared_parts(having[0])):
        raise DockwrightError(
            f"{leaf}: is declared on box {names[0]} too; take it out of its dockwright_leaves"
        )
    return having[0]
