"""Where the data of a leaf may be: on which boxes, and how a site says that it may begin empty."""

from __future__ import annotations

from collections.abc import Mapping

from dockwright.boot.placing import Elsewhere
from dockwright.deploys.box import Box
from dockwright.deploys.leaf.members import members_of_site
from dockwright.site.members import SiteMember


def data_elsewhere(box: Box, leaf: str) -> Elsewhere | None:
    """The boxes that are asked for the data of ``leaf`` before it begins on ``box``.

    None where the site says that it may begin empty there.

    Example::

        data_elsewhere(this_box(), "wiki").boxes  # ('app1', 'app2')
    """
    if leaf in box.settings.fresh:
        return None
    site = members_of_site()
    known = site.known
    never = () if known is None else (one for one in site.present if not _had(known, one, leaf))
    return Elsewhere(
        tuple(site.present),
        former={other: frozenset(had.leaves.get(leaf, ())) for other, had in site.former.items()},
        never=frozenset(never),
        ways=_ways(leaf),
    )


def _had(known: Mapping[str, SiteMember], box: str, leaf: str) -> bool:
    return box in known and leaf in known[box].leaves


def _ways(leaf: str) -> str:
    return (
        f"copy it first (docs/how-to/moving-data.md), leave {leaf} out of the box's "
        f'dockwright_leaves, or have it begin empty: dockwright_fresh = ["{leaf}"]'
    )
