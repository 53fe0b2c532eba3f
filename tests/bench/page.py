"""A page of bench/results: one table of all that was measured, written and read back.

The page is the only record of a bench, so that what README.md says can be held against it. Its
table has one row a case and a contender; how many times longer each took is derived from that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench.spread import Spread, times

COLUMNS = (
    "case", "what", "median s", "least s", "most s", "runs", "processor s", "round trips a box",
)  # fmt: skip
RATIOS = "How many times longer than ours"


@dataclass(frozen=True)
class Row:
    """One contender in one case, such as `dockwright plan` at 20 ms.

    ``processor`` is the median of this machine's processors; ``round_trips`` are in the order of
    the boxes, and empty where nobody counted.
    """

    case: str
    what: str
    spread: Spread
    processor: float
    round_trips: tuple[int, ...] = ()


@dataclass(frozen=True)
class Page:
    """One comparison: its heading, what it is about, under which conditions, and its rows."""

    title: str
    about: str
    ours: str  # the contender that the others are compared with
    rows: Sequence[Row]
    conditions: Mapping[str, str] = field(default_factory=dict)
    not_measured: Mapping[str, str] = field(default_factory=dict)

    def row(self, case: str, what: str) -> Row:
        """Its row of ``what`` in ``case``.

        Raises:
            KeyError: it has none.

        Example::

            page.row("50 ms", "dockwright plan").spread.median  # 6.8
        """
        for row in self.rows:
            if (row.case, row.what) == (case, what):
                return row
        raise KeyError(f"{self.title}: no row {case}, {what}")


def written(page: Page, plot: str) -> str:
    """The page in Markdown.

    Args:
        page: what was measured.
        plot: the name of its picture, which lies beside it.

    Example::

        path.write_text(written(page, "nothing-to-do.svg"))
    """
    lines = [f"# {page.title}", "", "<!-- made by script/bench -->", "", page.about, ""]
    lines += [f"![{page.title}]({plot})", "", _line(COLUMNS), "|---" * len(COLUMNS) + "|"]
    lines += [_line(_cells(row)) for row in page.rows]
    lines += ["", f"## {RATIOS}", "", f"Ours: {page.ours}", ""]
    cases = list(dict.fromkeys(row.case for row in page.rows))
    others = dict.fromkeys(row.what for row in page.rows if row.what != page.ours)
    lines += [_line(["what", *cases]), "|---" * (len(cases) + 1) + "|"]
    lines += [_line([what, *(_ratio(page, case, what) for case in cases)]) for what in others]
    lines += ["", "## Conditions", ""]
    lines += [f"- {name}: {value}" for name, value in page.conditions.items()]
    if page.not_measured:
        lines += ["", "## Not measured", ""]
        lines += [f"- {name}: {why}" for name, why in page.not_measured.items()]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: Row) -> list[str]:
    spread = row.spread
    seconds = [f"{one:.2f}" for one in (spread.median, spread.least, spread.most)]
    trips = ", ".join(map(str, row.round_trips))
    return [row.case, row.what, *seconds, str(spread.runs), f"{row.processor:.2f}", trips]


def _ratio(page: Page, case: str, what: str) -> str:
    try:
        ours, other = page.row(case, page.ours), page.row(case, what)
    except KeyError:
        return ""
    return times(other.spread.median, ours.spread.median)


def read(text: str) -> Page:
    """The page that ``written`` wrote.

    Raises:
        ValueError: it is no such page.

    Example::

        read(Path("bench/results/nothing-to-do.md").read_text()).ours
    """
    title = re.search(r"^# (.+)$", text, re.M)
    ours = re.search(r"^Ours: (.+)$", text, re.M)
    about = re.search(r"^<!-- made by script/bench -->\n\n(.+?)\n\n!\[", text, re.M | re.S)
    table = text.partition(f"\n## {RATIOS}")[0].partition(f"{_line(COLUMNS)}\n")[2]
    if title is None or ours is None or about is None or not table:
        raise ValueError("no page of script/bench")
    rows = [_row(line) for line in table.splitlines()[1:] if line.startswith("|")]
    lists = [_list(text, heading) for heading in ("Conditions", "Not measured")]
    return Page(title[1], about[1], ours[1], rows, *lists)


def _row(line: str) -> Row:
    case, what, middle, least, most, runs, processor, trips = (
        cell.strip() for cell in line.strip().removesuffix("|").removeprefix("|").split("|")
    )
    spread = Spread(float(middle), float(least), float(most), int(runs))
    counted = tuple(int(one) for one in trips.split(",") if one.strip())
    return Row(case, what, spread, float(processor), counted)


def _list(text: str, heading: str) -> dict[str, str]:
    part = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = (line[2:] for line in part.splitlines() if line.startswith("- "))
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}
