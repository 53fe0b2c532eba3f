"""Runs over the days: each within the drawing, in its box's row, in the order of time."""

from hypothesis import given
from hypothesis import strategies as st

from dockwright.picture.runs import PastRun, strip

RUNS = st.lists(
    st.builds(
        PastRun,
        box=st.sampled_from(["a", "b", "<c>"]),
        began=st.floats(0, 4e9, allow_nan=False),
        seconds=st.floats(0, 1e5, allow_nan=False),
        result=st.sampled_from(["ok", "failed", "interrupted", "?"]),
    ),
    max_size=20,
)


@given(RUNS, st.floats(0, 4e9, allow_nan=False))
def test_each_mark_is_within_the_drawing_and_in_the_row_of_its_box(
    runs: list[PastRun], now: float
) -> None:
    made = strip(runs, now)
    rows = {name: y for y, name in made.boxes}
    assert set(rows) == {run.box for run in runs}
    assert [mark.run for mark in made.marks] == runs
    for mark in made.marks:
        assert mark.y == rows[mark.run.box]
        assert mark.x >= 160
        assert mark.x + mark.width <= made.width + 0.2
        assert mark.y < made.height
    assert len(made.scale) <= 11
    assert all(160 <= x <= made.width for x, _ in made.scale)


def test_the_scale_is_in_hours_or_in_days() -> None:
    day = 86400.0
    assert [text for _, text in strip([PastRun("a", 0.0, 1.0, "ok")], 3 * 3600.0).scale] == [
        "01:00", "02:00", "03:00",
    ]  # fmt: skip
    assert strip([PastRun("a", 0.0, 1.0, "ok")], 9 * day).scale[0][1] == "1970-01-02"
