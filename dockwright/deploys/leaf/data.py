"""Where the data of a leaf may be: on which boxes, and how a site says that it may begin empty."""

from __future__ import annotations

from dockwright.boot.placing import Elsewhere
from dockwright.deploys.box import Box, boxes


def data_elsewhere(box: Box, leaf: str) -> Elsewhere | None:
    """The boxes that are asked for the data of ``leaf`` before it begins on ``box``.

    None where the site says that it may begin empty there.

    Example::

        data_elsewhere(this_box(), "wiki").boxes  # ('app1', 'app2')
    """
    if leaf in box.settings.fresh:
        return None
    site = dict.fromkeys(
        str(other.name) for group in ("docker_hosts", "registry_hosts") for other in boxes(group)
    )
    return Elsewhere(tuple(site), ways=_ways(leaf))


def _ways(leaf: str) -> str:
    return (
        f"copy it first (docs/how-to/moving-data.md), leave {leaf} out of the box's "
        f'dockwright_leaves, or have it begin empty: dockwright_fresh = ["{leaf}"]'
    )
