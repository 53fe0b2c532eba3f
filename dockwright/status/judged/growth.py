"""What grows on a box: by how much it is above what the site lets it have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dockwright.status.read import Growth
from dockwright.status.rows import Remark
from dockwright.ways_out import WayOut, way_out

_GIB = 1 << 30
# of a bound: journald and BuildKit go beyond theirs for a moment
_ABOVE = 1.2


@dataclass(frozen=True)
class Bounds:
    """What a site lets a box have: GiB of BuildKit's cache and of the journal, and volumes.

    ``journal_gib`` is None where that is journald's own affair; ``prune_volumes`` says that
    volumes without a name go.
    """

    build_cache_gib: float = 10
    journal_gib: float | None = None
    prune_volumes: bool = False


def of_growth(of: Growth, bounds: Bounds) -> Iterator[Remark]:
    """What is above its bound.

    Example:
        >>> [one.text for one in of_growth(Growth(volumes=2), Bounds(prune_volumes=True))]
        ['2 volumes without a name that no container has: `dockwright apply` removes them']
    """
    cache, journal = of.build_cache, of.journal
    if cache is not None and cache > _ABOVE * bounds.build_cache_gib * _GIB:
        bound = way_out(WayOut.CACHE_BOUND, gib=f"{bounds.build_cache_gib:g}")
        yield Remark(
            "due",
            f"BuildKit's cache has {cache / _GIB:.1f} GiB, and {bound}: the next build trims it, "
            "or `docker builder prune` there",
        )
    most = bounds.journal_gib
    if journal is not None and most is not None and journal > _ABOVE * most * _GIB:
        bound = way_out(WayOut.JOURNAL_BOUND, gib=f"{most:g}")
        yield Remark(
            "due",
            f"its journal has {journal / _GIB:.1f} GiB, and {bound}: `dockwright apply`",
        )
    if of.volumes and bounds.prune_volumes:
        number = f"{of.volumes} volume{'' if of.volumes == 1 else 's'}"
        it = "it" if of.volumes == 1 else "them"
        yield Remark(
            "due",
            f"{number} without a name that no container has: `dockwright apply` removes {it}",
        )
