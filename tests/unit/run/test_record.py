"""A record of a run as one line, whatever a box has in its file."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.run.record import line


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({}, "?  ?  ? s  nothing changed"),
        ({"began": "2026", "result": "failed", "seconds": 1, "who": "me", "commit": "0a+",
          "deploy": "site.py", "changed": ["a", "b"], "failed": ["c", "d"],
          "reasons": {"c": "why"}},
         "2026  failed  1.0 s  me  0a+  site.py  changed: a; b  failed: c (why); d"),
        ({"changed": "all", "failed": 7, "seconds": "2"}, "?  ?  ? s  nothing changed"),
        ({"failed": ["x"], "reasons": ["x"]}, "?  ?  ? s  nothing changed  failed: x"),
        ({"began": "\x1b[2J\n"}, "\\x1b[2J"),
    ],
)  # fmt: skip
def test_what_is_not_of_its_shape_says_nothing(record: dict[str, Any], said: str) -> None:
    assert line(record).startswith(said)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
KEYS = ("began", "result", "seconds", "who", "commit", "deploy", "changed", "failed", "reasons")


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_record_is_one_line_that_moves_no_terminal(record: dict[str, Any]) -> None:
    assert line(record).isprintable()
    assert len(line(record)) <= 1000
