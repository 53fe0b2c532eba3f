"""The layers of a box's engine: what stands on what, what made it, and how big it is."""

from __future__ import annotations

from collections.abc import Sequence

from dockwright.picture.dot import shortened, wrapped
from dockwright.picture.graph import Edge, Node, Picture, Style
from dockwright.picture.store import Layer

_WIDTH, _LINES = 46, 3  # of an instruction: letters, lines
_TOOLTIP = 1000  # letters


def draw(layers: Sequence[Layer], box: str) -> Picture:
    """The layers from the lowest down, those of several images in another colour.

    A node's name is its chain ID without ``sha256:``; its tooltip is the instruction in
    full, up to 1000 letters, and the size in bytes.

    Args:
        layers: as `dockwright.picture.store.layers` gives them.
        box: what the caption calls the engine's box.

    Example:
        >>> draw([], "docker").caption[0]
        'box docker: 0 layers, 0 B'
    """
    nodes = tuple(_layer(layer) for layer in layers)
    edges = tuple(
        Edge(_node(layer.below), _node(layer.chain_id))
        for layer in layers
        if layer.below is not None
    )
    caption = tuple(_totals(layers, box))
    title = f"The layers of box {box}"
    return Picture("layers", "TB", nodes, edges, caption, left=True, title=title)


def _layer(layer: Layer) -> Node:
    lines: list[tuple[Style, str]] = [("bold", shortened(name)) for name in layer.names]
    lines += [("normal", line) for line in wrapped(layer.instruction, _WIDTH, _LINES)]
    lines.append(("small", _size(layer.size)))
    return Node(
        _node(layer.chain_id),
        "shared" if layer.images > 1 else "alone",
        tuple(lines),
        {
            "names": list(layer.names),
            "instruction": layer.instruction,
            "size": layer.size,
            "images": layer.images,
        },
        f"{layer.instruction[:_TOOLTIP]} ({_exactly(layer.size)})",
    )


def _totals(layers: Sequence[Layer], box: str) -> list[str]:
    shared = [layer for layer in layers if layer.images > 1]
    alone = [layer for layer in layers if layer.images == 1]
    return [
        f"box {box}: {_counted(layers)}",
        f"blue, in several images: {_counted(shared)}; yellow, in one image: {_counted(alone)}",
    ]


def _counted(layers: Sequence[Layer]) -> str:
    count = "1 layer" if len(layers) == 1 else f"{len(layers)} layers"
    return f"{count}, {size(sum(layer.size or 0 for layer in layers))}"


def size(count: int) -> str:
    """``count`` bytes as docker writes them: powers of 1000, three digits.

    Example:
        >>> size(2445935), size(389)
        ('2.45 MB', '389 B')
    """
    value, units = float(count), ["B", "kB", "MB", "GB", "TB", "PB"]
    while float(f"{value:.3g}") >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{float(f'{value:.3g}'):g} {units[0]}"


def _size(count: int | None) -> str:
    return "size not known" if count is None else size(count)


def _exactly(count: int | None) -> str:
    return "size not known" if count is None else f"{count} bytes"


def _node(chain_id: str) -> str:
    return chain_id.removeprefix("sha256:")
