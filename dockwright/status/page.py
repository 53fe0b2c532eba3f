"""How a site is as a page: one HTML file that asks nobody for anything.

`dockwright status --html FILE`. All that a box says is escaped, and the page allows no request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dockwright.picture.page import Drawn
from dockwright.picture.runs import PastRun, strip
from dockwright.picture.runs import moment as when
from dockwright.status.cells import Cells, moment, tables
from dockwright.status.rows import BoxRow, LeafRow, Severity, Site, worst
from dockwright.templates import render
from dockwright.text import line as shown

_LONGEST = 400
_NEWEST = 30  # runs that are listed
# said beside each colour, for whom colours say nothing
WORDS: dict[Severity, str] = {
    "silent": "no answer",
    "wrong": "wrong",
    "due": "to do",
    "absent": "left out",
    "well": "well",
}


@dataclass(frozen=True)
class _Leaf:
    """A leaf's container in the picture of the site."""

    name: str
    severity: Severity
    word: str
    anchor: str
    addresses: str


@dataclass(frozen=True)
class _Box:
    """A box in the picture of the site, with what runs on it."""

    name: str
    severity: Severity
    word: str
    anchor: str
    registries: tuple[str, ...]
    leaves: tuple[_Leaf, ...]


@dataclass(frozen=True)
class _Row:
    """A row of a table."""

    severity: Severity
    word: str
    anchor: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class _Table:
    """A table; ``numbers`` are the columns of figures."""

    title: str
    head: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: tuple[_Row, ...]


def page(
    site: Site,
    pictures: Sequence[Drawn] = (),
    runs: Sequence[PastRun] = (),
    difference: Sequence[str] | None = None,
) -> str:
    """The page of a site.

    Args:
        site: how it is.
        pictures: of the site as declared, of its chain of images, of the layers of its boxes.
        runs: those that its boxes remember.
        difference: what a plan of it said, a line each; None: none was made.

    Raises:
        DockwrightError: no template for it.

    Example:
        >>> page(Site("2026-11-30T07:00:00Z")).count("<table>")
        0
    """
    severity = worst(remark for _, remark in site.remarks if remark.severity != "absent")
    notes = [
        ("silent", WORDS["silent"], "not compared", shown(one, _LONGEST)) for one in site.notes
    ]
    values = {
        "at": shown(site.at),
        "summary": site.summary(),
        "worst": "silent" if site.notes else severity,
        "verdict": WORDS["silent" if site.notes else severity],
        "remarks": [
            (one.severity, WORDS[one.severity], shown(what), shown(one.text, _LONGEST))
            for what, one in site.remarks
        ]
        + notes,
        "picture": [_box(one, site) for one in site.boxes],
        "tables": [_table(one) for one in tables(site)],
        "pictures": pictures,
        "difference": None if difference is None else "\n".join(difference),
        "runs": sorted(runs, key=lambda run: -run.began)[:_NEWEST],
        "strip": strip(runs, moment(site.at) or 0.0) if runs else None,
        "when": when,
        "shown": shown,
        "severity_of": _severity_of,
    }
    return render("status.html.j2", values)


def _severity_of(result: str) -> Severity:
    """Of a run."""
    return {"ok": "well", "failed": "wrong"}.get(result, "due")  # type: ignore[return-value]


def _box(row: BoxRow, site: Site) -> _Box:
    keeps = tuple(shown(one.registry) for one in site.registries if one.box == row.box)
    places = {id(one): number for number, one in enumerate(site.leaves)}
    leaves = [one for one in site.leaves if one.box == row.box]
    # one that was left out has no row to lead to
    rows = [one for one in site.boxes if one.severity != "absent"]
    anchor = f"boxes-{rows.index(row)}" if row in rows else ""
    return _Box(
        shown(row.box),
        row.severity,
        WORDS[row.severity],
        anchor,
        keeps,
        tuple(_leaf(one, places[id(one)]) for one in leaves),
    )


def _leaf(row: LeafRow, place: int) -> _Leaf:
    addresses = ", ".join(shown(one) for one in row.addresses)
    word = WORDS[row.severity]
    return _Leaf(shown(row.job), row.severity, word, f"leaves-{place}", addresses)


def _table(of: Cells) -> _Table:
    return _Table(of.title, of.head, tuple(of.numbers), tuple(_rows(of)))


def _rows(of: Cells) -> Iterator[_Row]:
    for number, (severity, cells) in enumerate(of.rows):
        yield _Row(severity, WORDS[severity], f"{of.title.lower()}-{number}", cells)
