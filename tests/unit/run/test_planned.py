"""A plan's values: what it says in one line, whether it is drift, and its JSON."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dockwright.run.planned import FileChange, Plan, Planned

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "docs/plan.schema.json").read_text())


def _op(box: str, name: str, status: Any, **more: Any) -> Planned:
    return Planned(box, f"Leaves | {name}", status, **more)


def test_the_summary_names_what_would_change_and_where() -> None:
    plan = Plan(
        "deploy/site.py",
        ("docker", "registry"),
        (
            *(_op("docker", name, "change") for name in "abcde"),
            _op("docker", "pull", "unknown"),
            _op("registry", "hosts", "current"),
        ),
    )
    assert plan.summary() == (
        "2 boxes, 7 operations: 5 would change on docker (a, b, c, and 2 more); "
        "1 known after apply on docker (pull)"
    )
    assert plan.drift
    assert Plan("x", ("docker",), (_op("docker", "a", "current"),)).summary() == (
        "1 box, 1 operation: as declared"
    )


def test_what_runs_every_time_is_no_drift_and_not_idle_either() -> None:
    plan = Plan("x", ("docker",), (_op("docker", "clean up", "action"),))
    assert (plan.drift, plan.idle) == (False, False)
    assert plan.summary() == "1 box, 1 operation: as declared; 1 run every time"


def test_the_json_is_as_its_schema_says_and_the_schema_tells_others_apart() -> None:
    change = _op(
        "docker",
        "a",
        "change",
        reasons=("r",),
        files=(FileChange("/x", False, ""),),
        commands=("c",),
    )
    plan = Plan("x", ("docker",), (change, _op("docker", "b", "unknown")))
    told = plan.json()
    jsonschema.validate(told, SCHEMA)
    first, second = told["boxes"][0]["operations"]
    assert (first["certain"], second["certain"]) == (True, False)
    second["certain"] = True
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, SCHEMA)
