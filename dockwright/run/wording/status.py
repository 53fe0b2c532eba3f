"""How a site is as a person reads it: what is not well, the worst first, then a table each."""

from __future__ import annotations

from collections.abc import Iterator

import click

from dockwright.run.wording.columns import table, wrapped
from dockwright.status.cells import SIGNS, Cells, tables
from dockwright.status.rows import Severity, Site
from dockwright.text import line as shown

_LONGEST = 400
_COLOURS: dict[Severity, str] = {"silent": "magenta", "wrong": "red", "due": "yellow"}


def lines(site: Site) -> Iterator[str]:
    """What is not well, tables of boxes, leaves and registries, and one line for the whole.

    Example:
        >>> [click.unstyle(line) for line in lines(Site("2026-11-30T07:00:00Z"))]
        ['0 boxes, 0 instances: well']
    """
    for what, remark in site.remarks:
        text = f"{SIGNS[remark.severity]} {shown(what)}: {shown(remark.text, _LONGEST)}"
        for part in wrapped([text], "", "    "):
            yield click.style(part, fg=_COLOURS.get(remark.severity))
    for note in site.notes:
        yield from wrapped([f"? {shown(note, _LONGEST)}"], "", "    ")
    if site.remarks or site.notes:
        yield ""
    for of in tables(site):
        if of.rows:
            yield from _table(of)
            yield ""
    colours = {0: "green", 1: _COLOURS["silent"], 2: _COLOURS["due"]}
    yield click.style(site.summary(), fg=colours[site.code])


def _table(of: Cells) -> list[str]:
    rows = [("", *of.head), *((SIGNS[severity], *cells) for severity, cells in of.rows)]
    return table(rows, numbers=[one + 1 for one in of.numbers], wide=of.wide + 1)
