"""The chain as its Dockerfiles say, as DOT: what is built on what, and which images are run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from dockwright.boot.group import first_port
from dockwright.boot.ports import Port
from dockwright.boot.procfile import parse
from dockwright.boot.run_line import read
from dockwright.chain.graph import Image, Source
from dockwright.picture.dot import bold, caption, label, new, normal, shortened, small

_BASE = {"fillcolor": "#e6eefb", "color": "#3d62a0"}
_LEAF = {"fillcolor": "#ddf3df", "color": "#22702a", "penwidth": "2"}
_OUTSIDE = {"fillcolor": "#f4f4f4", "color": "#6b6b6b", "style": "filled,rounded,dashed"}
_LEGEND = (
    "green: a leaf with its published ports; blue: a base, built upon only; grey: from outside"
)
_COPIES = "; dashed arrow: only files are taken from it"


def draw(sources: Sequence[Source], images: Sequence[Image]) -> str:
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
        >>> draw(sources, order(sources)).splitlines()[0]
        'digraph chain {'
    """
    ports = {source.name: _ports(source) for source in sources}
    graph = new("chain", "LR")
    for name in sorted({name for image in images for name in image.external_parents}):
        graph.node(_outside(name), label([normal(shortened(name))]), _attributes=_OUTSIDE)
    for image in images:
        lines = [bold(image.name) if image.leaf else normal(image.name)]
        lines += [small(f"version {version}") for version in image.tags[1:-1]]
        if ports[image.name]:
            lines.append(small(f"port {', '.join(ports[image.name])}"))
        graph.node(image.name, label(lines), _attributes=_LEAF if image.leaf else _BASE)
    copies = False
    for image in images:
        named = {name: name for name in image.parents}
        named |= {name: _outside(name) for name in image.external_parents}
        for name, node in named.items():
            copied = name != image.base
            copies |= copied
            graph.edge(node, image.name, style="dashed" if copied else None)
    caption(graph, [_LEGEND + (_COPIES if copies else "")])
    return str(graph.source)


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
