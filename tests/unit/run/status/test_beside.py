"""What boxes say for a page: records of runs, as others may have written them too."""

from typing import Any

import pytest

from dockwright.picture.runs import PastRun
from dockwright.run.planned import Plan, Planned
from dockwright.run.status.beside import PageParts, _run


def test_a_record_is_a_run() -> None:
    record = {
        "began": "2026-11-30T07:00:00Z", "seconds": 2.5, "result": "ok",
        "who": "jane@desk (process 12)", "deploy": "deploy/site.py", "changed": ["a", "b"],
    }  # fmt: skip
    assert _run("docker", record) == PastRun(
        "docker", 1796022000.0, 2.5, "ok", "jane@desk", "deploy/site.py", 2
    )


@pytest.mark.parametrize(
    "record", [{}, {"began": None}, {"began": "yesterday"}, {"began": "2026-13-45T99:00:00Z"}]
)
def test_a_record_without_a_moment_is_none(record: dict[str, Any]) -> None:
    assert _run("docker", record) is None


@pytest.mark.parametrize("seconds", [-1, "long", None, 1e300, float("nan")])
def test_a_time_that_is_none_takes_no_room(seconds: object) -> None:
    made = _run("docker", {"began": "2026-11-30T07:00:00Z", "seconds": seconds, "changed": 3})
    assert made is not None
    assert (made.seconds, made.changed) == (0.0, 0)


def test_what_a_plan_says_is_as_its_command_prints_it() -> None:
    beside = PageParts()
    beside.planned(Plan("deploy/site.py", ("docker",), (Planned("docker", "a | b", "current"),)))
    assert beside.difference == ["1 box, 1 operation: as declared"]
