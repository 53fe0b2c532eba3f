"""Who may switch, and who may not any more."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.switching.roll_out import RollOut


def _may() -> None:
    """Nothing is against it."""


def test_a_box_that_failed_in_its_turn_is_noted_and_one_that_had_none_is_not() -> None:
    turns = RollOut(1)
    with turns.turn("first", _may):
        pass
    with pytest.raises(ValueError, match="sick"), turns.turn("second", _may):
        raise ValueError("sick")

    def may_not() -> None:
        raise DockwrightError("app: its roll-out stopped")

    with (
        pytest.raises(DockwrightError, match="its roll-out stopped"),
        turns.turn("third", may_not),
    ):
        raise AssertionError("its turn does not come")
    assert (turns.failed, turns.stopped) == (["second"], ["third"])


def test_no_box_at_once_is_refused() -> None:
    with pytest.raises(DockwrightError, match="at_once 0: no number of boxes; give 1 or more"):
        RollOut(0)
