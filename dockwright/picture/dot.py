"""What all pictures share: fonts, colours, captions, and text that stays text in a label."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable

# Only its writer of DOT is used here; the programs are run by `dockwright.picture.render`.
import graphviz

_FONT = "Helvetica,Arial,sans-serif"
_DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")
_INK, _PALE_INK = "#1a1a1a", "#4d4d4d"


def new(name: str, direction: str) -> graphviz.Digraph:
    """An empty graph of our looks; ``direction`` is Graphviz's rankdir, ``LR`` or ``TB``.

    Example:
        >>> new("chain", "LR").source.splitlines()[0]
        'digraph chain {'
    """
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


def caption(graph: graphviz.Digraph, lines: Iterable[str]) -> None:
    """Put ``lines`` below the picture, to the left."""
    graph.attr(label="".join(f"{escaped(plain(line))}\\l" for line in lines))


def _inside(text: str) -> str:
    # here too DOT reads escapes: backslash N would be the node's name
    return html.escape(plain(text)).replace("\\", "\\\\") or " "
