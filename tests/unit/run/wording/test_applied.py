"""What was applied is a table, and each failure has its reason."""

from __future__ import annotations

from typing import Any

import click

from dockwright.box.change import Change
from dockwright.run.applied import Applied, OfBox
from dockwright.run.planned import Plan, Planned
from dockwright.run.wording.applied import lines as of_a_run
from dockwright.run.wording.plan import lines


def _op(box: str, name: str, status: Any, *changes: Change, **more: Any) -> Planned:
    return Planned(box, name, status, changes=changes, **more)


def _plain(plan: Plan) -> list[str]:
    return [click.unstyle(line) for line in lines(plan)]


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


def test_what_was_applied_is_a_table_and_each_failure_has_its_reason() -> None:
    docker = OfBox(("Leaves | a",), {"Leaves | b: boot job": "b.web.1: not up within 60 s"}, 7, 4.2)
    done = Applied({"docker": docker, "registry": OfBox(current=9, seconds=0.31)}, 5.04)
    assert list(of_a_run(done)) == [
        "box       changed  as declared  seconds  failed",
        "docker          1            7      4.2  b: boot job: b.web.1: not up within 60",
        "                                         s",
        "registry        0            9      0.3",
        "1 changed, 1 failed, 16 as declared; 5.0 s",
    ]
    assert not done.ok
    assert list(of_a_run(Applied({"docker": OfBox(current=3)}, 0.2))) == [
        "nothing changed, 3 as declared; 0.2 s"
    ]
