"""Whole differences: each once, and nothing of a box that reaches the terminal."""

from __future__ import annotations

from typing import Any

import click

from dockwright.box.change import Change
from dockwright.run.planned import FileChange, Plan, Planned
from dockwright.run.wording.whole import lines


def _op(box: str, name: str, status: Any, *changes: Change, **more: Any) -> Planned:
    return Planned(box, name, status, changes=changes, **more)


API = Change(
    "+",
    "api.web.1",
    ("api@sha256:87b459…", "192.168.63.30:8000→8000", "env GREETING, DATABASE_URL"),
    "192.168.63.30",
)


def test_the_whole_difference_is_told_once_for_boxes_where_it_is_the_same() -> None:
    file = FileChange("/x", False, "--- /x\n+++ /x (declared)\n-old\n+new")
    ops = tuple(_op(box, "D | x", "change", API, files=(file,)) for box in ("a", "b"))
    told = [click.unstyle(line) for line in lines(Plan("x", ("a", "b"), ops))]
    assert told[0] == "a, b"
    assert told.count("      +new") == 1
    assert f"      {API.line}" in told


def test_control_characters_of_a_box_do_not_reach_the_terminal() -> None:
    change = FileChange("/x", False, "--- /x\n+++ /x (declared)\n-\x1b[2Jgone")
    told = "\n".join(lines(Plan("x", ("b",), (_op("b", "a", "change", files=(change,)),))))
    assert "\x1b[2J" not in told
    assert "gone" in told
