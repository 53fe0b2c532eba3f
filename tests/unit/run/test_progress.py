"""What of a run is told: what was asked for, once, and a step where nothing else was."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest

from dockwright.run.progress import Chosen, How


def _record(told: str | None, level: int = logging.INFO, **more: Any) -> logging.LogRecord:
    values = {"levelno": level, "msg": "text", "told": told, "box": "a", **more}
    return logging.makeLogRecord({key: value for key, value in values.items() if value is not None})


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ("quiet", {"error"}),
        ("usual", {"error", "news", "change"}),
        ("verbose", {"error", "news", "change", "reason", "step", None}),
    ],
)
def test_a_run_says_what_is_asked_for(how: How, shown: set[str | None]) -> None:
    chosen = Chosen(how)
    records = {told: _record(told) for told in ("news", "change", "reason", "step", None)}
    records["error"] = _record(None, logging.ERROR)
    assert {told for told, record in records.items() if chosen.filter(record)} == shown


def test_a_change_that_the_plan_has_told_is_not_told_again() -> None:
    assert not Chosen("usual", {("a", "")}).filter(_record("change"))
    assert Chosen("usual", {("b", "")}).filter(_record("change"))


def test_a_step_is_told_where_nothing_was_for_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Chosen("usual")
    assert not chosen.filter(_record("step"))
    clock = time.monotonic() + 11
    monkeypatch.setattr("time.monotonic", lambda: clock)
    assert chosen.filter(_record("step"))
    assert not chosen.filter(_record("step"))


@pytest.mark.parametrize("how", ["quiet", "usual", "verbose"])
def test_how_many_commands_were_executed_is_never_told(how: How) -> None:
    record = _record(None, logging.ERROR, msg="Error: executed 0 commands")
    record.funcName = "log_error_or_warning"
    assert not Chosen(how).filter(record)
