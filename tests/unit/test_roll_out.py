"""Who may switch, and who may not any more."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.operations.roll_out import RollOut


def test_none_begins_once_one_has_failed() -> None:
    turns = RollOut(1)
    with turns.turn("app", "first"):
        pass
    with pytest.raises(ValueError, match="sick"), turns.turn("app", "second"):
        raise ValueError("sick")
    with (
        pytest.raises(DockwrightError, match="stopped when box second failed; box third keeps"),
        turns.turn("app", "third"),
    ):
        raise AssertionError("its turn does not come")


def test_a_box_that_failed_before_its_turn_stops_the_others_too() -> None:
    with (
        pytest.raises(DockwrightError, match="stopped when box first failed; box second keeps"),
        RollOut(1).turn("app", "second", failed=["first"]),
    ):
        raise AssertionError("its turn does not come")


def test_no_box_at_once_is_refused() -> None:
    with pytest.raises(DockwrightError, match="at_once 0: no number of boxes; give 1 or more"):
        RollOut(0)
