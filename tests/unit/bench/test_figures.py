"""Figures in pages are what bench/results says."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench import build, noop
from tests.bench.figures import PAGES, filled, results, short, tables
from tests.bench.page import Page, Row
from tests.bench.spread import Spread

PLACE = "# A page\n\n<!-- figures of bench/results -->\nold\n<!-- end of figures -->\n\nMore.\n"
FOUND = {
    noop.FILE: Page(
        "Nothing to do",
        "About.",
        noop.OURS,
        [
            Row("0 ms", noop.OURS, Spread(0.5, 0.4, 0.6, 5), 0.3, (12, 12)),
            Row("50 ms", noop.OURS, Spread(1.25, 1.2, 1.3, 5), 0.3, (12, 12)),
            Row("0 ms", noop.ANSIBLES, Spread(14.84, 14.0, 15.0, 5), 9.0, (80, 80)),
            Row("50 ms", noop.ANSIBLES, Spread(28.0, 27.0, 29.0, 5), 9.0, (80, 80)),
            Row("0 ms", noop.STOCK, Spread(3.0, 3.0, 3.0, 5), 2.0, (60, 60)),
            Row("50 ms", noop.STOCK, Spread(9.0, 9.0, 9.0, 5), 2.0, (60, 60)),
        ],
        {"measured on": "2026-11-30", "boxes": "2"},
    ),
    build.FILE: Page(
        "Builds",
        "About.",
        build.OURS,
        [
            Row("unchanged", build.OURS, Spread(2.0, 2.0, 2.0, 5), 1.0),
            Row("unchanged", "bake", Spread(3.0, 3.0, 3.0, 5), 1.0),
        ],
    ),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_page_says_what_the_results_say(page: Path) -> None:
    text = page.read_text()
    assert filled(text, PAGES[page](results())) == text, "run script/figures"
    assert "<!-- figures of bench/results -->" in text


def test_what_stood_in_the_place_goes_and_nothing_else() -> None:
    text = filled(PLACE, tables(FOUND))
    assert "old" not in text
    assert text.startswith("# A page\n\n<!-- figures")
    assert text.endswith("<!-- end of figures -->\n\nMore.\n")
    assert filled(text, tables(FOUND)) == text


def test_each_case_has_its_column_with_how_many_times_longer() -> None:
    lines = tables(FOUND).splitlines()
    assert f"| {noop.OURS} | 0.50 s | 1.2 s |" in lines
    assert f"| {noop.ANSIBLES} | 14.8 s (29.7) | 28.0 s (22.4) |" in lines
    assert "| bake | 3.0 s (1.5) |" in lines


def test_the_short_form_has_the_near_and_the_far() -> None:
    text = short(FOUND)
    assert "takes 0.50 s\n" in text
    assert "1.2 s (28.0 s, 9.0 s)" in text


def test_of_the_near_alone_there_is_no_short_form() -> None:
    page = FOUND[noop.FILE]
    near = replace(page, rows=[row for row in page.rows if row.case == "0 ms"])
    assert short({noop.FILE: near}) == ""
    assert f"| {noop.OURS} | 0.50 s |" in tables({noop.FILE: near})


def test_without_results_there_are_no_figures() -> None:
    assert (short({}), tables({})) == ("", "")
