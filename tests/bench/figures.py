"""Figures of bench/results in the pages that tell them: script/figures.

README.md has a sentence or two between two marks, docs/explanation/tried.md tables. What stands
there is made from the results alone, and a test holds that it is what they say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench import build, noop, transfer
from tests.bench.page import Page, read
from tests.bench.site import ROOT
from tests.bench.spread import times

RESULTS = ROOT / "bench/results"
_BEFORE = """\
Against other tools, in turn on one lab (`script/bench all`; bench/results has spreads, round
trips and conditions); in brackets how many times longer than ours:"""
NEAR, FAR = "0 ms", "50 ms"
_PLACE = re.compile(r"(<!-- figures of bench/results -->\n).*?(<!-- end of figures -->)", re.S)


def results(folder: Path = RESULTS) -> dict[str, Page]:
    """The pages of results that there are, by the names of their files.

    Example::

        results()["nothing-to-do"].row("50 ms", "dockwright plan")
    """
    return {path.stem: read(path.read_text(encoding="utf-8")) for path in folder.glob("*.md")}


def filled(text: str, figures: str) -> str:
    """The page ``text`` with ``figures`` in its place; a page without one stays as it is.

    Example:
        >>> filled("no place", "figures")
        'no place'
    """
    return _PLACE.sub(lambda marks: f"{marks[1]}{figures}{marks[2]}", text)


def short(found: Mapping[str, Page]) -> str:
    """What README.md says of ``found``: a run that finds nothing to do, near and far."""
    page = found.get(noop.FILE)
    if page is None or not {NEAR, FAR} <= {row.case for row in page.rows}:
        return ""
    return (
        f"With nothing to do, a run of the whole demo takes {_median(page, NEAR, noop.OURS)}\n"
        f"(Ansible: {_median(page, NEAR, noop.ANSIBLES)}, pyinfra's own operations: "
        f"{_median(page, NEAR, noop.STOCK)}), and with 50 ms to the boxes and back\n"
        f"{_median(page, FAR, noop.OURS)} ({_median(page, FAR, noop.ANSIBLES)}, "
        f"{_median(page, FAR, noop.STOCK)}): [medians, spreads, conditions]"
        f"(bench/results/{noop.FILE}.md).\n"
    )


def tables(found: Mapping[str, Page]) -> str:
    """What docs/explanation/tried.md says of ``found``: a table of each page, by case."""
    files = [file for file in (noop.FILE, build.FILE, transfer.FILE) if file in found]
    return "\n\n".join([_BEFORE, *(_table(found[file]) for file in files)]) + "\n" if files else ""


PAGES: dict[Path, Callable[[Mapping[str, Page]], str]] = {
    ROOT / "README.md": short,
    ROOT / "docs/explanation/tried.md": tables,
}


def _table(page: Page) -> str:
    cases = list(dict.fromkeys(row.case for row in page.rows))
    names = list(dict.fromkeys(row.what for row in page.rows))
    lines = [f"| {page.title} | {' | '.join(cases)} |", "|---" * (len(cases) + 1) + "|"]
    for name in names:
        cells = [_cell(page, case, name) for case in cases]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(page: Page, case: str, name: str) -> str:
    """The median, and how many times longer than ours that is."""
    text = _median(page, case, name)
    if name == page.ours:
        return text
    ours = page.row(case, page.ours).spread.median
    return f"{text} ({times(page.row(case, name).spread.median, ours)})"


def _median(page: Page, case: str, name: str) -> str:
    seconds = page.row(case, name).spread.median
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds:.2f} s"


def main() -> None:
    """Write them into each of PAGES."""
    found = results()
    for path, told in PAGES.items():
        text = path.read_text(encoding="utf-8")
        path.write_text(filled(text, told(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
