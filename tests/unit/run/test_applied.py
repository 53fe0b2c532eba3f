"""What became of a run: it is well where nothing failed, whatever else is told of it."""

import pytest

from dockwright.run.applied import Applied, OfBox


@pytest.mark.parametrize(
    ("boxes", "ok"),
    [
        ({}, True),
        ({"a": OfBox(current=3)}, True),
        ({"a": OfBox(("x",)), "b": OfBox(current=1)}, True),
        ({"a": OfBox(("x",)), "b": OfBox(failed={"y": "why"})}, False),
        ({"a": OfBox(failed={"no answer": "box a: gone"})}, False),
    ],
)
def test_one_failure_on_one_box_is_a_failure(boxes: dict[str, OfBox], ok: bool) -> None:
    assert Applied(boxes, 1.0).ok is ok
    # who was left out by a person's word, and what is only told, is none
    assert Applied(boxes, 1.0, {"z": "left out by --skip"}, ("a note",)).ok is ok
