"""No line is too long, and no word is broken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dockwright.run.wording.columns import WIDTH, table, wrapped

WORDS = st.lists(st.text("abc-.:/→", min_size=1, max_size=30), min_size=1, max_size=30)


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=6))
def test_no_line_is_too_long_and_no_word_is_broken(parts: list[str]) -> None:
    told = wrapped(parts, "  ", "      ")
    assert max(map(len, told)) <= WIDTH
    assert " ".join(told).split() == " ".join(parts).split()
    rows = [("box", "number", "why"), ("a", "1", " ".join(parts))]
    told = table(rows, numbers=[1], wide=2)
    assert max(map(len, told)) <= WIDTH
    assert " ".join(told).split()[3:] == ["a", "1", *" ".join(parts).split()]
