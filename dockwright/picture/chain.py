"""The chain as its Dockerfiles say: what is built on what, and which images are run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from dockwright.boot.group import first_port
from dockwright.boot.ports import Port
from dockwright.boot.procfile import parse
from dockwright.boot.run_line import read
from dockwright.chain.graph import Image, Source
from dockwright.picture.dot import shortened
from dockwright.picture.graph import Edge, Node, Picture, Style

_LEGEND = (
    "green: a leaf with its published ports; blue: a base, built upon only; grey: from outside"
)
_COPIES = "; dashed arrow: only files are taken from it"


def draw(sources: Sequence[Source], images: Sequence[Image]) -> Picture:
    """The chain from left to right: each image after the one its last stage begins with.

    Args:
        sources: the image folders, as `dockwright.chain.read` gives them; their Procfiles say
            which ports are published.
        images: the same in order, as `dockwright.chain.graph.order` gives them.

    Raises:
        DockwrightError: a Procfile that cannot be read.

    Example:
        >>> from dockwright.chain.graph import order
        >>> sources = [Source("web", "web/Dockerfile", "FROM debian:bookworm")]
        >>> [node.name for node in draw(sources, order(sources)).nodes]
        ['outside debian bookworm', 'web']
    """
    ports = {source.name: _ports(source) for source in sources}
    outside = sorted({name for image in images for name in image.external_parents})
    nodes = [
        Node(_outside(name), "outside", (("normal", shortened(name)),), {"image": name})
        for name in outside
    ]
    nodes += [_node(image, ports[image.name]) for image in images]
    edges = [
        Edge(node, image.name, "from" if name == image.base else "copies")
        for image in images
        for name, node in _parents(image).items()
    ]
    copies = any(edge.kind == "copies" for edge in edges)
    caption = _LEGEND + (_COPIES if copies else "")
    return Picture(
        "chain", "LR", tuple(nodes), tuple(edges), (caption,), title="The chain of images"
    )


def _node(image: Image, ports: Sequence[str]) -> Node:
    lines: list[tuple[Style, str]] = [("bold" if image.leaf else "normal", image.name)]
    lines += [("small", f"version {version}") for version in image.tags[1:-1]]
    if ports:
        lines.append(("small", f"port {', '.join(ports)}"))
    facts = {"image": image.name, "tags": list(image.tags), "ports": list(ports)}
    return Node(image.name, "leaf" if image.leaf else "base", tuple(lines), facts)


def _parents(image: Image) -> dict[str, str]:
    """The node of each image that it comes from, or copies from, by the image's name."""
    named = {name: name for name in image.parents}
    return named | {name: _outside(name) for name in image.external_parents}


def _outside(name: str) -> str:
    # a blank, which no image of the chain has in its name; a colon would begin a node's port
    return f"outside {name.replace(':', ' ')}"


def _ports(source: Source) -> list[str]:
    if source.procfile is None:
        return []
    path = str(PurePath(source.path).with_name("Procfile"))
    ports: dict[str, None] = {}
    # not `group`, which wants the site's values for what the jobs are given
    for index, process in enumerate(parse(source.procfile, path)):
        run = read(process.command, f"{path}:{process.line}", port=first_port(index))
        ports.update(dict.fromkeys(map(_shown, run.ports)))
    return list(ports)


def _shown(port: Port) -> str:
    """``11001`` where it is the same inside and outside, else ``80:8080`` or ``any:8080``."""
    text = str(replace(port, address=None))
    if port.host is None:
        return f"any:{text}"
    outside, _, inside = text.partition(":")
    return inside if outside == inside.partition("/")[0] else text
