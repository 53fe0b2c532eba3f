"""What a plan and a run read like: one line a thing, once, at 80 columns, no word broken."""

from __future__ import annotations

import logging
import time
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.box.change import Change
from dockwright.run.applied import Applied, OfBox
from dockwright.run.planned import FileChange, Plan, Planned
from dockwright.run.progress import Chosen, How
from dockwright.run.wording.applied import lines as of_a_run
from dockwright.run.wording.columns import WIDTH, table, wrapped
from dockwright.run.wording.plan import lines
from dockwright.run.wording.whole import lines as whole


def _op(box: str, name: str, status: Any, *changes: Change, **more: Any) -> Planned:
    return Planned(box, name, status, changes=changes, **more)


def _plain(plan: Plan) -> list[str]:
    return [click.unstyle(line) for line in lines(plan)]


API = Change(
    "+",
    "api.web.1",
    ("api@sha256:87b459…", "192.168.63.30:8000→8000", "env GREETING, DATABASE_URL"),
    "192.168.63.30",
)


def test_a_new_process_is_one_line_with_its_image_ports_and_variables() -> None:
    told = _plain(Plan("x", ("app1",), (_op("app1", "Leaves | api: boot job", "change", API),)))
    assert told == [
        "app1: Leaves",
        "  + api.web.1  api@sha256:87b459…  192.168.63.30:8000→8000",
        "      env GREETING, DATABASE_URL",
        "",
        "box   would change",
        "app1             1",
    ]


def test_the_same_on_many_boxes_is_told_once_with_their_names_and_without_their_addresses() -> None:
    boxes = [f"app{number}" for number in range(1, 21)]
    ops = tuple(
        _op(
            box,
            "Leaves | api: boot job",
            "change",
            Change("+", "api.web.1", (f"10.0.0.{number}:80→80",), f"10.0.0.{number}"),
        )
        for number, box in enumerate(boxes)
    )
    told = _plain(Plan("x", tuple(boxes), ops))
    assert [line for line in told if "api.web.1" in line] == ["  + api.web.1  :80→80"]
    # their names, in the head and in the table
    for box in boxes:
        assert sum(box in line.replace(",", " ").replace(":", " ").split() for line in told) == 2
    assert max(map(len, told)) <= WIDTH


def test_what_two_deploys_declare_of_a_box_is_told_once() -> None:
    hosts = Change("~", "/etc/hosts", ("+10.0.0.1 a",))
    plan = Plan(
        "x",
        ("a", "b"),
        (
            _op("a", "Docker server | hosts", "change", hosts),
            _op("b", "Docker server | hosts", "change", hosts),
            _op("b", "Registry host | hosts", "change", hosts),
        ),
    )
    assert _plain(plan)[:2] == ["a, b: Docker server", "  ~ /etc/hosts  +10.0.0.1 a"]
    assert sum("/etc/hosts" in line for line in _plain(plan)) == 1


def test_what_the_same_run_brings_is_named_and_what_it_does_not_has_its_reason() -> None:
    plan = Plan(
        "x",
        ("a",),
        (
            _op("a", "Leaves | api: image", "unknown", reasons=("waits for api on r:5000",)),
            _op("a", "Leaves | api: boot job", "unknown", reasons=("waits for api on a",)),
            _op("a", "Images | push", "unknown", missing=("registry r:5000: no answer",)),
        ),
    )
    told = _plain(plan)
    assert "  ? known once the above is applied:  api: image, api: boot job" in told
    assert "  ? push  registry r:5000: no answer" in told
    assert not any("waits for" in line for line in told)


def test_operations_of_others_are_told_by_their_files_reasons_or_commands() -> None:
    new = FileChange("/etc/motd", False, "--- /dev/null\n+++ /etc/motd (declared)")
    secret = FileChange("/etc/key", True, "(secret) differs")
    plan = Plan(
        "x",
        ("a",),
        (
            _op("a", "a text", "change", files=(new, secret)),
            _op("a", "groups", "change", reasons=("one", "two", "three")),
            _op("a", "a shell", "action", commands=("true",)),
        ),
    )
    assert _plain(plan)[:5] == [
        "a",
        "  + /etc/motd",
        "  ~ /etc/key  secret",
        "  ~ groups  one  two  and 1 more",
        "  > a shell  runs every time",
    ]


def test_the_whole_difference_is_told_once_for_boxes_where_it_is_the_same() -> None:
    file = FileChange("/x", False, "--- /x\n+++ /x (declared)\n-old\n+new")
    ops = tuple(_op(box, "D | x", "change", API, files=(file,)) for box in ("a", "b"))
    told = [click.unstyle(line) for line in whole(Plan("x", ("a", "b"), ops))]
    assert told[0] == "a, b"
    assert told.count("      +new") == 1
    assert f"      {API.line}" in told


def test_boxes_of_the_same_figures_share_a_line_of_the_table() -> None:
    ops = [_op(box, "D | x", "change") for box in ("a", "b")] + [_op("c", "D | x", "current")]
    assert _plain(Plan("x", ("a", "b", "c"), tuple(ops), {"d": "box d: no route"}))[-4:] == [
        "box   would change  as declared",
        "a, b             1",
        "c                             1",
        "d                                no answer, see above",
    ]


WORDS = st.lists(st.text("abc-.:/→", min_size=1, max_size=30), min_size=1, max_size=30)


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=6))
def test_no_line_is_too_long_and_no_word_is_broken(parts: list[str]) -> None:
    told = wrapped(parts, "  ", "      ")
    assert max(map(len, told)) <= WIDTH
    assert " ".join(told).split() == " ".join(parts).split()
    rows = [("box", "number", "why"), ("a", "1", " ".join(parts))]
    told = table(rows, numbers=[1], wide=2)
    assert max(map(len, told)) <= WIDTH
    assert " ".join(told).split()[3:] == ["a", "1", *" ".join(parts).split()]


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


def test_a_box_that_is_left_out_has_its_row_in_a_plan_and_at_the_end_of_a_run() -> None:
    whys = {"b": "left out by --skip"}
    plan = Plan("x", ("a",), (_op("a", "s", "current"),), absent=whys)
    assert _plain(plan) == [
        "box  as declared",
        "a              1",
        "b                 left out by --skip",
    ]
    assert plan.summary() == "1 box, 1 operation: as declared; without b"
    assert list(of_a_run(Applied({"a": OfBox(current=1)}, 0.2, whys))) == [
        "box  changed  as declared  seconds",
        "a          0            1      0.0",
        "b                                   left out by --skip",
        "nothing changed, 1 as declared; 0.2 s",
    ]


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
