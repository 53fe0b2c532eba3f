"""Whether a box has room left: told of, never a change."""

from importlib import import_module
from typing import Any

import pytest
from recorded import box

from dockwright.box.this_run import this_run

ROOM: Any = import_module("dockwright.operations.engine.room").room
# of a file system of 100 GiB: KiB in all, and free
_KIB, _WIDE, _LOW = 104857600, 52428800, 1048576
FULL = f"engine /data/docker\nat ext4 {_KIB} {_WIDE} 0 0 /\nat ext4 {_KIB} {_LOW} 0 0 /data"


def _told(lines: str, executing: bool, **limits: float) -> tuple[list[str], list[str]]:
    from pyinfra import host

    with box({"room.Room": lines}, executing) as said:
        assert list(ROOM._inner(**limits)) == []
        return said, this_run(host.state).reminders


def test_a_full_one_is_told_with_what_fills_it_and_others_are_not() -> None:
    said, reminders = _told(FULL, executing=False)
    assert said == ["noop: little room on /data"]
    [line] = reminders
    assert line.startswith("box box: little room on /data (ext4, the engine's data): 1.0 GiB of")
    assert line.endswith("; `docker system df` there tells of what, or give it more")


def test_while_a_run_executes_it_is_a_warning_and_no_reminder() -> None:
    said, reminders = _told(FULL.replace("/data/docker", "/srv"), executing=True)
    assert any("see what fills it" in line for line in said)
    assert reminders == []


@pytest.mark.parametrize("limits", [{"percent": 1}, {"gib": 0.5}, {"percent": 0}])
def test_what_a_site_calls_little_counts(limits: dict[str, float]) -> None:
    assert _told(FULL, False, **limits) == (["noop: room enough"], [])


def test_a_box_that_says_nothing_has_room() -> None:
    assert _told("", False) == (["noop: room enough"], [])


@pytest.mark.parametrize("limits", [{"percent": -1}, {"percent": 101}, {"gib": -1}])
def test_what_is_no_limit_is_refused(limits: dict[str, float]) -> None:
    with pytest.raises(Exception, match="give 0 to 100, and 0 or more"):
        _told(FULL, False, **limits)
