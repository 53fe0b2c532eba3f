"""What a table says of a box and a leaf."""

from dataclasses import replace

import pytest

from dockwright.status.cells import age, moment, size, tables
from dockwright.status.rows import BoxRow, Disk, Site
from tests.unit.status.whole_site import WHOLE


def _cells(row: BoxRow) -> tuple[str, ...]:
    [(_, cells)] = tables(Site("2026-11-30T07:00:00Z", (row,)))[0].rows
    return cells


def test_of_all_file_systems_the_smallest_part_that_is_left_is_told() -> None:
    few_inodes = Disk("/srv", 100, 90, 1000, 50, False)
    row = replace(WHOLE.boxes[0], disks=(*WHOLE.boxes[0].disks, few_inodes))
    assert _cells(row)[2] == "5 %"


def test_a_record_whose_time_is_none_is_shown_as_it_is() -> None:
    run = replace(WHOLE.boxes[0].last_run, began="yesterday")  # type: ignore[type-var]
    row = replace(WHOLE.boxes[0], last_run=run)
    assert _cells(row)[-1] == "ok, yesterday, jane@desk"
    assert moment("yesterday") is None


def test_a_clock_that_is_behind_makes_no_age_below_nought() -> None:
    run = replace(WHOLE.boxes[0].last_run, began="2026-11-30T08:00:00Z")  # type: ignore[type-var]
    assert _cells(replace(WHOLE.boxes[0], last_run=run))[-1].startswith("ok, 0 s ago")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (90, "2 min"), (7200, "2 h"), (47 * 3600, "47 h"),
     (72 * 3600, "3 d"), (None, "")],
)  # fmt: skip
def test_an_age_is_one_figure(seconds: float | None, text: str) -> None:
    assert age(seconds) == text


def test_a_size_has_three_digits() -> None:
    assert [size(one) for one in (0, 1024, 1 << 20, 3 << 39)] == [
        "0 B", "1 KiB", "1 MiB", "1.5 TiB",
    ]  # fmt: skip
