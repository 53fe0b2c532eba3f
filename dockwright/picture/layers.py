"""The layers of a box's engine as DOT: what stands on what, what made it, and how big it is."""

from __future__ import annotations

from collections.abc import Sequence

from dockwright.picture.dot import (
    bold,
    caption,
    new,
    normal,
    shortened,
    small,
    table,
    tooltip,
    wrapped,
)
from dockwright.picture.store import Layer

_SHARED = {"fillcolor": "#e6eefb", "color": "#3d62a0"}
_ALONE = {"fillcolor": "#fdf3dc", "color": "#8a6414"}
_WIDTH, _LINES = 46, 3  # of an instruction: letters, lines
_TOOLTIP = 1000  # letters


def draw(layers: Sequence[Layer], box: str) -> str:
    """The layers from the lowest down, those of several images in another colour.

    A node's name is its chain ID without ``sha256:``; its tooltip is the instruction in
    full, up to 1000 letters, and the size in bytes.

    Args:
        layers: as `dockwright.picture.store.layers` gives them.
        box: what the caption calls the engine's box.

    Example:
        >>> draw([], "docker").splitlines()[0]
        'digraph layers {'
    """
    graph = new("layers", "TB")
    for layer in layers:
        lines = [bold(shortened(name)) for name in layer.names]
        lines += [normal(line) for line in wrapped(layer.instruction, _WIDTH, _LINES)]
        lines.append(small(_size(layer.size)))
        graph.node(
            _node(layer.chain_id),
            table(lines),
            _attributes=_SHARED if layer.images > 1 else _ALONE,
            tooltip=tooltip(f"{layer.instruction[:_TOOLTIP]} ({_exactly(layer.size)})"),
        )
    for layer in layers:
        if layer.below is not None:
            graph.edge(_node(layer.below), _node(layer.chain_id))
    caption(graph, _totals(layers, box))
    return str(graph.source)


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
