"""The page of a picture: whole, of itself alone, with the picture's SVG and nothing of it twice."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from dockwright.picture.page import only_svg, page

TEXT = st.text(max_size=12) | st.sampled_from(["</title><script>alert(1)</script>", "\"'&", "\0"])


class _Read(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.asks: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.asks += [name for name, _ in attrs if name in ("src", "href")]


@given(TEXT)
def test_a_title_is_text_and_the_page_asks_nobody(title: str) -> None:
    read = _Read(page(title, "<svg><g/></svg>"))
    assert read.tags.count("script") == 1
    assert read.asks == []


def test_what_graphviz_writes_is_its_svg_alone_without_the_numbers_of_its_parts() -> None:
    drawn = (
        '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C" "http://www.w3.org/x.dtd">\n'
        '<svg w="1">'
        '<g id="node1" class="node"><title>a id=&quot;b&quot;</title></g></svg>\n'
    )
    assert only_svg(drawn) == (
        '<svg w="1"><g class="node"><title>a id=&quot;b&quot;</title></g></svg>'
    )
    assert only_svg("") == only_svg("none") == ""
