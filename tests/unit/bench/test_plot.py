"""The picture of a page: one bar a row, in one scale, and no markup of a name's."""

from xml.etree import ElementTree

from tests.bench.page import Page, Row
from tests.bench.plot import plot
from tests.bench.spread import Spread

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*rows: Row) -> ElementTree.Element:
    return ElementTree.fromstring(plot(Page("Title", "About.", "ours", rows)))  # noqa: S314 - our own


def test_a_bar_is_as_long_as_its_median() -> None:
    picture = drawn(
        Row("0 ms", "ours", Spread(1.0, 1.0, 1.0, 3), 0.5),
        Row("0 ms", "<other>", Spread(4.0, 3.0, 5.0, 3), 0.5),
    )
    bars = [float(bar.attrib["width"]) for bar in picture.iter(f"{SVG}rect")][1:]
    assert bars[1] / bars[0] == 4
    assert "<other>" in [text.text for text in picture.iter(f"{SVG}text")]


def test_a_page_without_rows_has_a_picture() -> None:
    assert drawn().tag == f"{SVG}svg"
