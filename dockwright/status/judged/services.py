"""What of the services of a swarm is not well, as the manager that leads it says."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dockwright.service.state import SwarmService
from dockwright.status.judged.leaf import Expected
from dockwright.status.read import BoxRead
from dockwright.status.rows import LeafRow, Remark, Severity, in_order, worst

_BACK = ("rollback_started", "rollback_completed", "rollback_paused", "paused")


def service_rows(
    box: str, of: BoxRead, expected: Expected, declared: Collection[str]
) -> tuple[LeafRow, ...]:
    """The rows of services; none of a box that leads no swarm, as all managers say the same.

    Args:
        box: its name.
        of: what it said.
        expected: what each leaf's image is.
        declared: the leaves that are to be services.

    Example:
        >>> service_rows("app1", BoxRead(), Expected(), ["rails"])
        ()
    """
    swarm = of.swarm
    if swarm is None or not any(one.leads and one.id == swarm.node for one in swarm.nodes):
        return ()
    services = of.services.services if of.services is not None else ()
    rows = [_row(box, one, expected, declared) for one in services]
    why = Remark("wrong", "is declared, and not there: `dockwright apply` makes it")
    for leaf in sorted({*declared} - {one.leaf for one in services}):
        version = expected.versions.get(leaf, "")
        rows.append(LeafRow(box, leaf, f"{leaf}_", "wrong", (why,), version=version))
    return in_order(rows)


def _row(box: str, one: SwarmService, expected: Expected, declared: Collection[str]) -> LeafRow:
    digest = one.image.partition("@")[2]
    wanted = expected.digests.get(one.leaf)
    current = None if not digest or wanted is None else digest == wanted
    found = [*_of_service(one, declared), *_behind(current)]
    return LeafRow(
        box=box,
        leaf=one.leaf,
        job=one.name,
        severity=worst(found),
        remarks=tuple(found),
        running=one.running > 0,
        image=one.image,
        version=expected.versions.get(one.leaf, ""),
        digest=digest,
        current=current,
    )


def _of_service(one: SwarmService, declared: Collection[str]) -> Iterator[Remark]:
    see = f"see `docker service ps {one.name}` there"
    if one.running < one.wanted:
        severity: Severity = "due" if one.running else "wrong"
        yield Remark(severity, f"{one.running} of {one.wanted} tasks run: {see}")
    if one.update in _BACK:
        yield Remark("due", f"its last update did not come up ({one.update}): `dockwright apply`")
    if one.leaf not in declared:
        yield Remark("due", "is no declared service: `dockwright apply` takes it away")


def _behind(current: bool | None) -> Iterator[Remark]:
    if current is False:
        yield Remark("due", "runs another image than the registry has: `dockwright apply`")
