"""How a site is, asked of all boxes at once; nothing is changed, and no lock is taken.

Each box has one question (`dockwright.facts.status`), each registry two: which images it has, and
which digests those have that leaves run. What it comes to is `dockwright.status`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state

from dockwright.box.absent import left_out
from dockwright.box.fact import fact_of
from dockwright.box.privilege import as_root
from dockwright.box.reach import reach
from dockwright.box.remembered import remember
from dockwright.box.side_by_side import side_by_side
from dockwright.box.this_run import LOOK, this_run
from dockwright.deploys.box import Box, this_box
from dockwright.errors import DockwrightError
from dockwright.facts.status import BoxStatus
from dockwright.run.backup.chosen import declared_parts
from dockwright.run.inventory import load, meant
from dockwright.run.plan import plan
from dockwright.run.planned import Plan
from dockwright.run.status.beside import PageParts
from dockwright.run.status.declared import expected
from dockwright.run.status.registries import asked_registries
from dockwright.status.judged.backup import backup_rows
from dockwright.status.judged.box import LittleRoom, absent_row, box_row, silent_row
from dockwright.status.judged.growth import Bounds
from dockwright.status.judged.leaf import leaf_rows
from dockwright.status.judged.services import service_rows
from dockwright.status.read import BoxRead
from dockwright.status.rows import BackupRow, BoxRow, LeafRow, Site, in_order

_AT_ONCE = 32  # boxes that are connected and asked at the same time


@dataclass
class _Asked:
    """What the boxes said, or why they said nothing, by name, and what the site says of them."""

    read: dict[str, BoxRead] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    drift: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def status(
    inventory: str | None,
    limit: Sequence[str] = (),
    skip: Sequence[str] = (),
    deploy: Path | None = None,
    beside: PageParts | None = None,
) -> Site:
    """How the boxes, leaves and registries of a site are.

    Args:
        inventory: as for `dockwright.run.inventory.load`.
        limit: boxes or groups; empty for all boxes.
        skip: boxes or groups that nothing is asked of.
        deploy: a deploy file that is planned, for the drift of each box; None: no plan is made.

        beside: is filled in with what a page shows besides; None: that is not asked.

    Raises:
        DockwrightError: no such inventory or box. A box that does not answer is a row.

    Example::

        status("inventories/lab.py").code  # 0
    """
    asked = _Asked()
    if deploy is not None:
        try:
            made = plan(inventory, deploy, limit, None, skip)
            asked.drift = _drift(made)
            if beside is not None:
                beside.planned(made)
        except DockwrightError as error:
            asked.notes.append(f"{deploy}: not planned: {error}")
    with load(inventory, skip, LOOK) as loaded:
        run: State = ctx_state.get()  # type: ignore[no-untyped-call]
        hosts = meant(loaded, limit)
        try:
            _ask(hosts, asked)
            if beside is not None:
                beside.ask([host for host in hosts if str(host.name) in asked.read])
            return _site(hosts, asked, left_out(run))
        finally:
            for host in loaded:
                if host.connected:
                    host.disconnect()


def _drift(made: Plan) -> dict[str, int]:
    """By box how many of its operations would change something."""
    drifting = [one.box for one in made.operations if one.drifts]
    return {box: drifting.count(box) for box in made.boxes}


def _ask(hosts: Sequence[Host], asked: _Asked) -> None:
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]

    def ask(host: Host) -> BoxRead | str:
        # a greenlet of its own has no current run
        with ctx_state.use(run):
            try:
                reach(host)
                remember(host)
                return fact_of(host, BoxStatus, **as_root(host))
            # a sudo that asks finds nobody to answer
            except (DockwrightError, EOFError) as error:
                return str(error) or f"box {host.name}: no answer to its question"

    for host, said in zip(hosts, side_by_side(ask, hosts, _AT_ONCE), strict=True):
        name = str(host.name)
        if isinstance(said, BoxRead):
            asked.read[name] = said
            run.activate_host(host)
        else:
            asked.silent[name] = said
            this_run(run).given_up[host] = said  # or what asks it next waits again
        with ctx_host.use(host):
            try:
                asked.boxes[name] = this_box()
            except DockwrightError as error:
                asked.notes.append(f"the site's data: {error}")


def _site(hosts: Sequence[Host], asked: _Asked, absent: Mapping[str, str]) -> Site:
    answering = {
        host: asked.boxes[name]
        for host in hosts
        if (name := str(host.name)) in asked.read and name in asked.boxes
    }
    registries, current = asked_registries(answering, [*asked.boxes.values()], asked.read, absent)
    boxes: list[BoxRow] = []
    leaves: list[LeafRow] = []
    backups: list[BackupRow] = []
    for host in hosts:
        name = str(host.name)
        if name in asked.silent:
            boxes.append(silent_row(name, asked.silent[name]))
            continue
        here, read = asked.boxes.get(name), asked.read[name]
        boxes.append(box_row(name, read, _little(here), asked.drift.get(name)))
        wanted = expected(host, here, current, asked.notes)
        leaves += leaf_rows(name, read, wanted)
        of_swarm = () if here is None else here.settings.of_swarm
        leaves += service_rows(name, read, wanted, of_swarm)
        backups += _backups(host, here, read, asked.notes)
    left = [absent_row(box, why) for box, why in absent.items()]
    return Site(
        at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        boxes=in_order([*boxes, *left]),
        leaves=in_order(leaves),
        registries=in_order(registries),
        backups=in_order(backups),
        notes=tuple(dict.fromkeys(asked.notes)),
    )


def _backups(
    host: Host, here: Box | None, read: BoxRead, notes: list[str]
) -> tuple[BackupRow, ...]:
    if here is None or here.settings.backup is None:
        return ()
    try:
        parts = [part.name for part in declared_parts(host)]
    except DockwrightError as error:
        notes.append(f"backups of box {host.name}: not compared: {error}")
        return ()
    of = here.settings.backup
    return backup_rows(here.name, read, parts, of.old_days, of.drill_days)


def _little(here: Box | None) -> LittleRoom:
    if here is None:
        return LittleRoom()
    its = here.settings
    bounds = Bounds(its.build_cache_gib, its.journal_gib, its.prune_volumes)
    return LittleRoom(its.room_percent, its.room_gib, bounds)
