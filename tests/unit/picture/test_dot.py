"""Labels of a picture say any text, and nothing else."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from dockwright.picture.dot import bold, label, plain, small, table

PIECES = st.sampled_from(
    ["\\N", "\\", "\\\\", "\\n", '"', "<", ">", "<B>", "&", "&amp;", "]]>", "-->", "\n", "\0", "a"]
)
SIGNS = st.sampled_from(["\x1b[1m", "\ud800", "\uffff", "\u202e", "漢字", "grüße", "☃", "{|}", "%"])
TEXTS = st.one_of(st.text(max_size=30), st.lists(st.one_of(PIECES, SIGNS), max_size=8).map("".join))


@given(TEXTS)
def test_a_label_says_the_text_and_nothing_else(text: str) -> None:
    for made in (label([bold(text), small(text)]), table([bold(text)])):
        read = ElementTree.fromstring(f"<x>{made[1:-1]}</x>")  # noqa: S314  our own text
        parts = list(read.itertext())
        assert {part.replace("\\\\", "\\") for part in parts} == {plain(text) or " "}
