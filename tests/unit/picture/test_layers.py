"""An engine's layers, through Graphviz: hostile texts are shown as they are."""

import html
import shutil
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.picture import layers
from dockwright.picture.dot import plain
from dockwright.picture.render import render
from dockwright.picture.store import Layer

needs_graphviz = pytest.mark.skipif(
    shutil.which("dot") is None, reason="no Graphviz on this machine: apt-get install graphviz"
)
SVG = "{http://www.w3.org/2000/svg}"
PIECES = st.sampled_from(
    ["\\N", "\\", "\\\\", "\\n", '"', "<", ">", "<B>", "&", "&amp;", "]]>", "-->", "\n", "\0", "a"]
)
SIGNS = st.sampled_from(["\x1b[1m", "\ud800", "\uffff", "\u202e", "漢字", "grüße", "☃", "{|}", "%"])
TEXTS = st.one_of(st.text(max_size=30), st.lists(st.one_of(PIECES, SIGNS), max_size=8).map("".join))


@needs_graphviz
@settings(max_examples=15, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_graphviz_shows_hostile_texts_as_they_are(texts: list[str]) -> None:
    found = [
        Layer(f"sha256:{at:064x}", None, f"RUN {text}", at, (f"n{text}",), 1)
        for at, text in enumerate(texts)
    ]
    svg = ElementTree.fromstring(render(layers.draw(found, f"box {texts[0]}"), "svg"))  # noqa: S314
    nodes = [node for node in svg.iter(f"{SVG}g") if node.get("class") == "node"]
    shown = {}
    for node in nodes:
        title = node.findtext(f"{SVG}title") or ""
        at = int(title, 16)
        shown[at] = [_settled(written.text or "") for written in node.iter(f"{SVG}text")]
        tip = next(node.iter(f"{SVG}a")).get("{http://www.w3.org/1999/xlink}title")
        assert _settled(tip or "") == _settled(f"{plain(f'RUN {texts[at]}')} ({at} bytes)")
    assert {at: lines[0] for at, lines in shown.items()} == {
        at: _settled(plain(f"n{text}")) for at, text in enumerate(texts)
    }


def _settled(text: str) -> str:
    """Graphviz writes a text that looks like an entity as one: &amp;lt; becomes &lt;."""
    while (read := html.unescape(text)) != text:
        text = read
    return text
