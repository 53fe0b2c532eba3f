"""What was tried on which boxes, and what came of it, written down for the docs' table.

`script/test suites` names the file by DOCKWRIGHT_TRIED; what of it was not tried anew stays.
docs/generate.py makes docs/reference/tried-suites.md of it.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.lab.labs.suites_lab import ROWS, SuiteSite

_told: dict[str, dict[str, Any]] = {}
_whats: dict[str, str] = {}  # all that there is to try, in its order


def pytest_itemcollected(item: pytest.Item) -> None:
    _whats[_what(item)] = "not tried"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    callspec = getattr(item, "callspec", None)
    if callspec is None or "bare" not in callspec.params:
        return report
    row = _of(callspec.params["bare"])
    if report.when == "call" or not report.passed:
        outcome = {"passed": "ok", "failed": "not", "skipped": "not tried"}[report.outcome]
        row["tried"][_what(item)] = outcome
    return report


@pytest.fixture(autouse=True)
def _boxes(request: pytest.FixtureRequest, site: SuiteSite) -> None:
    """Ask the boxes once what they are."""
    row = _of(request.node.callspec.params["bare"])
    row["boxes"] = row["boxes"] or site.told()


def _what(item: pytest.Item) -> str:
    return str(getattr(item, "originalname", "")).removeprefix("test_").replace("_", " ")


def _of(row: str) -> dict[str, Any]:
    return _told.setdefault(row, {"title": ROWS[row].title, "boxes": {}, "tried": {}})


def pytest_sessionfinish() -> None:
    if not (named := os.environ.get("DOCKWRIGHT_TRIED")):
        return
    path = Path(named)
    known = json.loads(path.read_text()) if path.exists() else {}
    for row, told in _told.items():
        told["tried"] = {**_whats, **known.get(row, {}).get("tried", {}), **told["tried"]}
    every = {**known, **_told}
    in_order = {row: every[row] for row in ROWS if row in every}
    path.write_text(json.dumps(in_order, indent=2) + "\n")
