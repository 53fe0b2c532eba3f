"""The page of a run: whole, of any names and times, and asking nobody for anything."""

from html.parser import HTMLParser
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.picture.timeline import Bar, critical, marks, page

KINDS = st.sampled_from(["operation", "image", "pull", "push", "switch", "wait"])
TEXT = st.text(max_size=8) | st.sampled_from(["<script>alert(1)</script>", "\"&'", "a | b", "\0"])
SECONDS = st.floats(0, 1e5, allow_nan=False)


@st.composite
def bars(draw: st.DrawFn) -> list[Bar]:
    made = []
    for _ in range(draw(st.integers(0, 12))):
        begin, took = draw(SECONDS), draw(SECONDS)
        outcome = draw(st.sampled_from(["done", "unchanged", "failed"]))
        made.append(Bar(draw(TEXT), draw(TEXT), draw(KINDS), begin, begin + took, outcome))
    return made


class Read(HTMLParser):
    """Tags that are open, the attributes of each bar, and what a page would ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.bars: list[dict[str, str | None]] = []
        self.asks: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "link", "img", "iframe")
        if tag != "meta":
            self.open.append(tag)
        its = dict(attrs)
        self.asks += [name for name in its if name in ("src", "href", "xlink:href")]
        if tag == "rect":
            self.bars.append(its)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@settings(max_examples=60, deadline=None)
@given(bars(), TEXT)
def test_a_page_has_each_bar_within_the_drawing_and_nothing_of_a_name_but_its_letters(
    made: list[Bar], title: str
) -> None:
    read = Read()
    read.feed(page(made, title))
    read.close()
    assert read.open == []
    assert read.asks == []
    assert len(read.bars) == len(made)
    for one in read.bars:
        left, width = float(one["x"] or "-1"), float(one["width"] or "-1")
        assert left >= 160
        assert left + width <= 1000
        assert width >= 1


@settings(max_examples=60, deadline=None)
@given(bars())
def test_no_two_bars_of_a_row_lie_upon_each_other_but_operations(made: list[Bar]) -> None:
    read = Read()
    parts = [bar for bar in made if bar.kind != "operation"]
    read.feed(page(parts, ""))
    rows: dict[str | None, list[tuple[float, float]]] = {}
    for one in read.bars:
        left = float(one["x"] or "")
        rows.setdefault(one["y"], []).append((left, left + float(one["width"] or "")))
    for row in rows.values():
        for (_, end), (begin, _) in pairwise(sorted(row)):
            assert end <= begin + 1.01  # the shortest is drawn one unit wide


@given(bars())
def test_the_path_leads_from_the_first_to_the_last_and_never_back(made: list[Bar]) -> None:
    path = critical(made)
    operations = [bar for bar in made if bar.kind == "operation"]
    assert bool(path) == bool(operations)
    if path:
        assert path[-1].end == max(bar.end for bar in operations)
    for former, later in pairwise(path):
        assert former.end <= later.begin + 1e-6


@given(st.floats(0, 1e6, allow_nan=False))
def test_the_scale_has_a_dozen_lines_at_most(seconds: float) -> None:
    found = marks(seconds)
    assert 1 <= len(found) <= 14
    assert found == sorted(found)
    assert found[-1] <= seconds + 1e-3
