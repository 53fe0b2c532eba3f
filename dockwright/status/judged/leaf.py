"""What of the leaves of a box is not well."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dockwright.engine.restarts import WINDOW, Restarted
from dockwright.engine.unwell import MOST_ENDS, times
from dockwright.status.read import BoxRead, Instance
from dockwright.status.rows import LeafRow, Remark, in_order, worst

_MUCH = 0.9  # of a container's limit of memory


@dataclass(frozen=True)
class Expected:
    """What a site declares for a box: its jobs that live on, and what each leaf's image is.

    ``versions`` and ``digests`` are by leaf; a digest is what the registry has for the version, and
    is missing where that is not known.
    """

    jobs: Collection[str] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


def leaf_rows(box: str, of: BoxRead, expected: Expected) -> tuple[LeafRow, ...]:
    """The rows of the leaves of a box: what it has, and what it is to have and has not.

    Args:
        box: its name.
        of: what it said.
        expected: what the site declares for it.

    Example:
        >>> leaf_rows("app1", BoxRead(), Expected(jobs=["zenweb.web.1"]))[0].remarks[0].text
        'is declared, and not there: `dockwright apply` makes it'
    """
    has = {one.job for one in of.instances}
    rows = [_leaf_row(box, one, of.now, expected) for one in of.instances]
    why = Remark("wrong", "is declared, and not there: `dockwright apply` makes it")
    for job in sorted({*expected.jobs} - has):
        leaf = job.partition(".")[0]
        version = expected.versions.get(leaf, "")
        rows.append(LeafRow(box, leaf, job, "wrong", (why,), version=version))
    return in_order(rows)


def _leaf_row(box: str, one: Instance, now: float, expected: Expected) -> LeafRow:
    wanted = expected.digests.get(one.leaf)
    current = None if not one.digest or wanted is None else one.digest == wanted
    found = [*_of_leaf(box, one, now), *_behind(one, current)]
    up = one.running and one.started > 0
    return LeafRow(
        box=box,
        leaf=one.leaf,
        job=one.job,
        severity=worst(found),
        remarks=tuple(found),
        running=one.running,
        image=one.image,
        version=expected.versions.get(one.leaf, ""),
        digest=one.digest,
        current=current,
        health=one.health,
        since=_moment(one.started) if up else None,
        seconds=round(max(now - one.started, 0.0), 1) if up else None,
        restarts=len(one.restarts),
        memory=one.memory,
        memory_limit=one.limit or None,
        addresses=one.addresses,
    )


def _of_leaf(box: str, one: Instance, now: float) -> Iterator[Remark]:
    see = f"see `dockwright logs {one.leaf} --box {box}`"
    # a loop is one of minutes: what ends every half an hour is told by its number
    again = Restarted(now, tuple(when for when in one.restarts if when > now - WINDOW))
    if again.is_loop:
        yield Remark("wrong", f"is started again and again ({again}): {see}")
    elif not one.running or one.state != "active":
        state = one.state or "no unit of it"
        container = "its container runs" if one.running else "no container of it runs"
        yield Remark("wrong", f"is not up ({state}, {container}): {see}")
    elif one.health == "unhealthy":
        yield Remark("wrong", f"is unhealthy: {see}")
    elif one.health == "starting":
        yield Remark("due", "is starting, and was not healthy as yet: look again")
    if not again.is_loop and len(one.restarts) >= MOST_ENDS:
        yield Remark("due", f"was restarted {times(len(one.restarts))} in the last hour: {see}")
    if one.memory is not None and one.limit and one.memory > _MUCH * one.limit:
        part = 100 * one.memory / one.limit
        yield Remark("due", f"has {part:.0f} percent of its limit of memory: raise it, or {see}")


def _behind(one: Instance, current: bool | None) -> Iterator[Remark]:
    if current is False:
        yield Remark("due", "runs another image than the registry has: `dockwright apply`")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
