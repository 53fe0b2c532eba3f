"""A site as its inventory declares it: boxes, what runs on each, ports, and the registries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dockwright.picture.dot import shortened
from dockwright.picture.graph import Edge, Frame, Node, Picture, Style

_LEGEND = (
    "green: a leaf's container with its published ports; yellow: a registry; an arrow leads from a "
    "registry to a box that pulls from it, and both ways from the box that builds"
)


@dataclass(frozen=True)
class SiteLeaf:
    """A container of a leaf that a box is to run.

    ``ports`` are as ``docker run --publish`` has them; ``image`` is as the registry has it.
    """

    leaf: str
    job: str
    image: str
    ports: tuple[str, ...] = ()


@dataclass(frozen=True)
class SiteBox:
    """A box; ``registry`` is the ``host[:port]`` of the one that it keeps, empty: none.

    ``pulls`` are the registries that its leaves come from; ``builds`` says that the site's images
    are built on it.
    """

    name: str
    address: str = ""
    registry: str = ""
    pulls: tuple[str, ...] = ()
    builds: bool = False
    leaves: tuple[SiteLeaf, ...] = ()


def draw(boxes: Sequence[SiteBox]) -> Picture:
    """The site: a frame for each box, with what it is to run.

    Args:
        boxes: in the inventory's order. A registry that is on none of them stands outside.

    Example:
        >>> [node.name for node in draw([SiteBox("app1", leaves=())]).nodes]
        ['box app1']
    """
    kept = {box.registry: box.name for box in boxes if box.registry}
    named = dict.fromkeys(place for box in boxes for place in box.pulls)
    nodes = [
        Node(_registry(place), "outside", (("normal", shortened(place)),), {"registry": place})
        for place in named
        if place not in kept
    ]
    edges: list[Edge] = []
    for box in boxes:
        its = [*_nodes(box)]
        nodes += its
        edges += [
            # tied to what stands in its frame; the registry's own box needs no arrow
            Edge(_registry(place), its[-1].name, "pushes, pulls" if box.builds else "pulls")
            for place in box.pulls
            if kept.get(place) != box.name
        ]
    frames = tuple(
        Frame(box.name, _title(box), {"address": box.address, "builds": box.builds})
        for box in boxes
    )
    return Picture(
        "site", "LR", tuple(nodes), tuple(edges), (_LEGEND,), frames, title="The site as declared"
    )


def _nodes(box: SiteBox) -> Iterator[Node]:
    if box.registry:
        lines: tuple[tuple[Style, str], ...] = (("bold", "registry"), ("small", box.registry))
        facts = {"registry": box.registry}
        yield Node(_registry(box.registry), "registry", lines, facts, group=box.name)
    for leaf in box.leaves:
        lines = (("bold", leaf.job),)
        if leaf.ports:
            ports = dict.fromkeys(_short(port, box.address) for port in leaf.ports)
            lines += (("small", f"port {', '.join(ports)}"),)
        its = {"leaf": leaf.leaf, "image": leaf.image, "ports": list(leaf.ports)}
        yield Node(f"{leaf.job} on {box.name}", "leaf", lines, its, group=box.name)
    if not box.registry and not box.leaves:
        yield Node(f"box {box.name}", "empty", (("normal", "no leaf"),), group=box.name)


def _short(port: str, address: str) -> str:
    """Without the box's own address, and once where it is the same inside and outside."""
    written = f"[{address}]" if ":" in address else address
    short = port.removeprefix(f"{written}:") if address else port
    outside, _, inside = short.rpartition(":")
    return inside if outside == inside.partition("/")[0] else short


def _title(box: SiteBox) -> str:
    parts = [box.name, box.address, "builds" if box.builds else ""]
    return ", ".join(filter(None, parts))


def _registry(place: str) -> str:
    # a colon would begin a node's port
    return f"registry {place.replace(':', ' ')}"
