"""What a plan and a run read like: one line a thing, once, at 80 columns, no word broken."""

from __future__ import annotations

from typing import Any

import click

from dockwright.box.change import Change
from dockwright.run.planned import FileChange, Plan, Planned
from dockwright.run.wording.columns import WIDTH
from dockwright.run.wording.plan import lines


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


def test_boxes_of_the_same_figures_share_a_line_of_the_table() -> None:
    ops = [_op(box, "D | x", "change") for box in ("a", "b")] + [_op("c", "D | x", "current")]
    assert _plain(Plan("x", ("a", "b", "c"), tuple(ops), {"d": "box d: no route"}))[-4:] == [
        "box   would change  as declared",
        "a, b             1",
        "c                             1",
        "d                                no answer, see above",
    ]
