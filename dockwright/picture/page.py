"""A picture as a page: one HTML file to move about in, to search and to filter; it asks nobody.

`dockwright graph chain --format html`; `dockwright status --html` has the same within its page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dockwright.templates import render

# Graphviz numbers what it draws: two pictures of a page would have the same ones
_ID = re.compile(r'(<[a-zA-Z]+\b[^<>]*?) id="[^"<>]*"')


@dataclass(frozen=True)
class Drawn:
    """A picture within a page: what it is called, and its ``<svg>``."""

    title: str
    svg: str


def page(title: str, svg: str) -> str:
    """The page of one picture.

    Args:
        title: its heading.
        svg: as Graphviz writes it.

    Raises:
        DockwrightError: no template for it.

    Example:
        >>> page("Chain", "<svg></svg>").count("<h1>Chain</h1>")
        1
    """
    return render("picture.html.j2", {"picture": Drawn(title, only_svg(svg))})


def only_svg(text: str) -> str:
    """The ``<svg>`` of what Graphviz writes: without what stands before it in a file, and IDs.

    Example:
        >>> only_svg('<?xml version="1.0"?><!DOCTYPE svg PUBLIC "" ""><svg><g id="a"/></svg>')
        '<svg><g/></svg>'
    """
    begin, end = text.find("<svg"), text.rfind("</svg>")
    return _ID.sub(r"\1", text[begin : end + len("</svg>")]) if 0 <= begin < end else ""
