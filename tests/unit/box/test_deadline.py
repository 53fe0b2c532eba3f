"""One number of seconds for several waits."""

import pytest

from dockwright.box import deadline
from dockwright.box.deadline import Deadline


def test_what_a_first_wait_took_the_next_one_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(deadline.time, "monotonic", lambda: clock[0])
    both = Deadline(2.5)
    assert both.left() == 2.5
    clock[0] += 2.25
    assert both.left() == 0.25
    clock[0] += 0.25
    with pytest.raises(TimeoutError, match=r"^not within 2\.5 s$"):
        both.left()
    with pytest.raises(TimeoutError, match=r"^not within 0 s$"):
        Deadline(0).left()
