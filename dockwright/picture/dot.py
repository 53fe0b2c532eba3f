"""A picture in Graphviz's language: fonts, colours, and text that stays text in a label."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable, Iterable

# Only its writer of DOT is used here; the programs are run by `dockwright.picture.render`.
import graphviz

from dockwright.picture.graph import EdgeKind, Node, NodeKind, Picture, Style

_FONT = "Helvetica,Arial,sans-serif"
_DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")
_INK, _PALE_INK = "#1a1a1a", "#4d4d4d"
_BLUE = {"fillcolor": "#e6eefb", "color": "#3d62a0"}
_LOOKS: dict[NodeKind, dict[str, str]] = {
    "base": _BLUE,
    "shared": _BLUE,
    "leaf": {"fillcolor": "#ddf3df", "color": "#22702a", "penwidth": "2"},
    "alone": {"fillcolor": "#fdf3dc", "color": "#8a6414"},
    "registry": {"fillcolor": "#fdf3dc", "color": "#8a6414", "penwidth": "2"},
    "outside": {"fillcolor": "#f4f4f4", "color": "#6b6b6b", "style": "filled,rounded,dashed"},
    "empty": {"fillcolor": "#f4f4f4", "color": "#6b6b6b", "style": "filled,rounded,dashed"},
}
_ARROWS: dict[EdgeKind, dict[str, str]] = {
    "from": {},
    "copies": {"style": "dashed"},
    "pulls": {},
    "pushes, pulls": {"dir": "both"},
}


def dot(picture: Picture) -> str:
    """``picture`` in DOT: the same bytes for the same picture.

    Example:
        >>> dot(Picture("chain", "LR", (), (), ())).splitlines()[0]
        'digraph chain {'
    """
    graph = _new(picture.name, picture.direction)
    framed = {one.name: f"cluster_{at}" for at, one in enumerate(picture.groups)}
    for node in picture.nodes:
        if node.group not in framed:
            _node(graph, node, picture.left)
    for group in picture.groups:
        with graph.subgraph(name=framed[group.name]) as frame:
            frame.attr(label=label([bold(group.title)]), labelloc="t", fontcolor=_INK)
            frame.attr(fontsize="13", style="rounded", color="#6b6b6b", margin="10")
            for node in picture.nodes:
                if node.group == group.name:
                    _node(frame, node, picture.left)
    frames = {node.name: framed.get(node.group) for node in picture.nodes}
    if framed:
        graph.attr(compound="true")
    for edge in picture.edges:
        # in and out of a frame, whichever of its nodes the arrow is tied to
        ends = {"ltail": frames.get(edge.tail), "lhead": frames.get(edge.head)}
        within = {end: frame for end, frame in ends.items() if frame is not None}
        graph.edge(edge.tail, edge.head, _attributes=_ARROWS[edge.kind] | within)
    _caption(graph, picture.caption)
    return str(graph.source)


def _node(graph: graphviz.Digraph, node: Node, left: bool) -> None:
    lines = [_STYLES[style](text) for style, text in node.lines]
    more = {"tooltip": tooltip(node.tooltip)} if node.tooltip else {}
    text = table(lines) if left else label(lines)
    graph.node(node.name, text, _attributes=_LOOKS[node.kind], **more)


def _new(name: str, direction: str) -> graphviz.Digraph:
    graph = graphviz.Digraph(name)
    graph.attr(rankdir=direction, bgcolor="white", fontname=_FONT, fontsize="11", pad="0.15")
    graph.attr(fontcolor=_PALE_INK, labelloc="b", labeljust="l", nodesep="0.2", ranksep="0.35")
    graph.attr("node", shape="box", style="filled,rounded", fontname=_FONT, fontsize="13")
    graph.attr("node", fontcolor=_INK, margin="0.14,0.07", height="0.3")
    graph.attr("edge", color="#5c5c5c", arrowsize="0.7")
    return graph


def plain(text: str) -> str:
    """``text`` on one line, what cannot be printed replaced, so that any font and XML take it.

    Example:
        >>> plain("RUN  a \\\\\\n  b\\x07")
        'RUN a \\\\ b\ufffd'
    """
    return "".join(
        letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split())
    )


def escaped(text: str) -> str:
    """``text`` as a quoted string of DOT: neither backslashes nor entities in it mean anything.

    Example:
        >>> print(escaped("&lt;"))
        &amp;lt;
    """
    literal: str = graphviz.escape(text.replace("&", "&amp;"))
    return literal


def tooltip(text: str) -> str:
    """``text`` as a node's tooltip, in which Graphviz reads escapes twice."""
    return escaped(plain(text).replace("\\", "\\\\"))


def shortened(name: str) -> str:
    """An image's name with twelve digits of each digest in it, as docker shows them.

    Example:
        >>> shortened("web@sha256:" + 64 * "a")
        'web@sha256:aaaaaaaaaaaa…'
    """
    return _DIGEST.sub(r"\1…", name)


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """``text`` in at most ``lines`` lines of ``width`` letters; … stands for what is left out.

    Example:
        >>> wrapped("one two three", 7, 1)
        ['one …']
    """
    rows = textwrap.wrap(
        plain(text), width, max_lines=lines, placeholder=" …", break_on_hyphens=False
    )
    return rows or [" "]


def bold(text: str) -> str:
    """``text`` in bold, a line of `label` or `table`."""
    return f"<B>{_inside(text)}</B>"


def normal(text: str) -> str:
    """``text`` as it is, a line of `label` or `table`."""
    return _inside(text)


def small(text: str) -> str:
    """``text`` in small and paler letters, a line of `label` or `table`."""
    return f'<FONT POINT-SIZE="10" COLOR="{_PALE_INK}">{_inside(text)}</FONT>'


def label(lines: Iterable[str]) -> str:
    """A label of lines, centred.

    Example:
        >>> label([bold("zenweb"), normal("port 11001")])
        '<<B>zenweb</B><BR/>port 11001>'
    """
    return f"<{'<BR/>'.join(lines)}>"


def table(lines: Iterable[str]) -> str:
    """A label of lines, each to the left."""
    rows = "".join(f'<TR><TD ALIGN="LEFT">{line}</TD></TR>' for line in lines)
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{rows}</TABLE>>'


def _caption(graph: graphviz.Digraph, lines: Iterable[str]) -> None:
    graph.attr(label="".join(f"{escaped(plain(line))}\\l" for line in lines))


_STYLES: dict[Style, Callable[[str], str]] = {"bold": bold, "normal": normal, "small": small}


def _inside(text: str) -> str:
    # here too DOT reads escapes: backslash N would be the node's name
    return html.escape(plain(text)).replace("\\", "\\\\") or " "
