"""What of a box is not well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dockwright.status.judged.growth import Bounds, of_growth
from dockwright.status.judged.swarm import of_swarm
from dockwright.status.read import BoxRead, Certificate, Of, RecordedRun
from dockwright.status.rows import BoxRow, Disk, Grown, LastRunOf, Remark, worst
from dockwright.ways_out import WayOut, way_out

_DAY = 86400.0
# Days ahead of its end that a run renews a certificate; of a short one a third of its time.
AHEAD = 30.0
_FULL = 0.01  # of a file system: what writes there fails by now, or soon
_NAMED = 3  # packages and operations
# what each is called, and the way out
_CERTIFICATES: Mapping[Of, tuple[str, WayOut | str]] = {
    "server": ("the registry's certificate", "`dockwright apply` makes a new one"),
    "authority": ("the registry's CA", "`dockwright apply` makes a new one"),
    "trusted": ("the CA of a registry", WayOut.TRUST_ANEW),
}
_ENGINES = {
    "stopped": "its engine does not run: `dockwright apply` starts it, its log says why it ended",
    "silent": "its engine listens on no socket of the box",
    "none": "there is no engine on it: `dockwright apply` installs one",
}


@dataclass(frozen=True)
class LittleRoom:
    """What a site calls little room: less than ``percent`` and less than ``gib`` GiB left.

    ``bounds`` are those of what grows.
    """

    percent: float = 10
    gib: float = 5
    bounds: Bounds = field(default_factory=Bounds)


def box_row(box: str, of: BoxRead, limits: LittleRoom, drift: int | None = None) -> BoxRow:
    """The row of a box that answered.

    Args:
        box: its name.
        of: what it said.
        limits: what is little room on it.
        drift: operations of its that would change something; None: nobody planned.

    Example:
        >>> box_row("app1", BoxRead(engine="ready", version="20.10.24"), LittleRoom()).severity
        'well'
    """
    grown = of.growth
    found = [*_of_box(of, limits), *of_growth(grown, limits.bounds), *_drift(drift)]
    ends = {one.of: _days(one, of.now) for one in _last_first(of.certificates)}
    authorities = [ends[one] for one in ("authority", "trusted") if ends.get(one) is not None]
    return BoxRow(
        box=box,
        severity=worst(found),
        remarks=tuple(found),
        engine=(of.version or "?") if of.engine == "ready" else None,
        disks=tuple(
            Disk(one.mount, one.size, one.free, one.inodes, one.free_inodes, one.engine)
            for one in of.room
        ),
        certificate_days=ends.get("server"),
        authority_days=min((one for one in authorities if one is not None), default=None),
        reboot=of.packages.reboot,
        updates=len(of.packages.behind),
        security=len(of.packages.security),
        lists_days=None if of.packages.age is None else round(of.packages.age, 1),
        last_run=_run(of.last_run),
        growth=Grown(grown.build_cache, grown.volumes, grown.journal, grown.records),
        drift=drift,
    )


def silent_row(box: str, why: str) -> BoxRow:
    """The row of a box that gave no answer, or another than it should; ``why`` in one line.

    Example:
        >>> silent_row("app1", "box app1: no route to it").severity
        'silent'
    """
    return BoxRow(box, "silent", (Remark("silent", why.removeprefix(f"box {box}: ")),))


def absent_row(box: str, why: str) -> BoxRow:
    """The row of a box that a person left out.

    Example:
        >>> absent_row("app1", "left out by --skip").severity
        'absent'
    """
    return BoxRow(box, "absent", (Remark("absent", why),))


def _of_box(of: BoxRead, limits: LittleRoom) -> Iterator[Remark]:
    for part in of.unread:
        yield Remark("silent", f"could not tell {part}: ask it by hand")
    if of.engine != "ready" and of.engine:
        yield Remark("wrong", _ENGINES.get(of.engine, f"its engine: {of.engine}"))
    for disk in of.room:
        if disk.left < _FULL:
            yield Remark("wrong", f"no room on {disk}")
        elif disk.is_low(limits.percent, limits.gib):
            yield Remark("due", f"little room on {disk}")
    for one in of.certificates:
        yield from _certificate(one, of.now)
    if of.swarm is not None:
        yield from of_swarm(of.swarm)
    its, upgrade = of.packages, way_out(WayOut.UPGRADE)
    if its.half:
        yield Remark("wrong", f"an upgrade was interrupted: {_first(its.half)}; {upgrade}")
    if its.security:
        names = _first(its.security)
        yield Remark("due", f"{len(its.security)} updates of security ({names}): {upgrade}")
    if its.reboot:
        yield Remark("due", f"needs a reboot: {its.reboot}")
    run = of.last_run
    if run is not None and run.result != "ok":
        failed = f" ({_first(run.failed)})" if run.failed else ""
        yield Remark("due", f"the last run, of {run.began} by {run.who}: {run.result}{failed}")


def _drift(operations: int | None) -> Iterator[Remark]:
    if operations:
        what = "operation would" if operations == 1 else "operations would"
        yield Remark("due", f"{operations} {what} change something: see `dockwright plan`")


def _certificate(one: Certificate, now: float) -> Iterator[Remark]:
    name, out = _CERTIFICATES[one.of]
    way = way_out(out) if isinstance(out, WayOut) else out
    what = f"{name} ({one.path})"
    days = _days(one, now)
    if days is None or one.ends is None:
        yield Remark("wrong", f"{what} can't be read: {way}")
        return
    until = datetime.fromtimestamp(one.ends, UTC)
    if days <= 0:
        yield Remark("wrong", f"{what} ended on {until:%Y-%m-%d}: {way}")
    elif days < min(AHEAD, (one.ends - one.begins) / _DAY / 3):
        yield Remark("due", f"{what} ends in {days:.1f} days, on {until:%Y-%m-%d}: {way}")


def _last_first(certificates: Sequence[Certificate]) -> list[Certificate]:
    """In a mapping the one that ends first stays, of each sort."""
    return sorted(certificates, key=lambda one: -(one.ends or 0.0))


def _days(one: Certificate, now: float) -> float | None:
    return None if one.ends is None else round((one.ends - now) / _DAY, 1)


def _run(last: RecordedRun | None) -> LastRunOf | None:
    if last is None:
        return None
    return LastRunOf(last.began, last.who, last.result, last.deploy, last.commit)


def _first(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join([*names[:_NAMED], *([f"and {rest} more"] if rest > 0 else [])])
