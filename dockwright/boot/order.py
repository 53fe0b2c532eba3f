"""The order of leaves: each comes after those that it needs, as its caller says."""

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from dockwright.errors import DockwrightError


def in_order(
    leaves: Iterable[str], after: Mapping[str, Collection[str]], where: str = "after"
) -> tuple[str, ...]:
    """The leaves, each behind those that it comes after, and by name where nothing is said.

    Args:
        leaves: their names.
        after: for a leaf, those that must be up before it; names that are not among ``leaves``
            do not count.
        where: what errors call ``after``.

    Raises:
        DockwrightError: leaves come after each other in a ring; it names them.

    Example:
        >>> in_order(["api", "db", "web"], {"api": ["db"], "web": ["api"]})
        ('db', 'api', 'web')
    """
    names = sorted(set(leaves))
    sorter = TopologicalSorter(
        {name: [other for other in after.get(name, ()) if other in names] for name in names}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        # the standard library's ring begins and ends with the same one, and is read backwards
        ring = " after ".join(reversed(error.args[1]))
        raise DockwrightError(
            f"{where}: {ring}: none of them can come first; take one of them out"
        ) from error
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return tuple(order)
