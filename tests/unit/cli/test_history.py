"""`dockwright history`: the last runs that a box remembers, for a person and for programs."""

import json

import pytest
from click.testing import CliRunner, Result

from dockwright.cli import dockwright
from dockwright.run import record

RUNS = [{"began": f"2026-01-{day:02}", "result": "ok", "seconds": 1.0} for day in range(1, 31)]


def _said(monkeypatch: pytest.MonkeyPatch, runs: list[dict[str, object]], *words: str) -> Result:
    monkeypatch.setattr(record, "history", lambda *_: runs)
    return CliRunner().invoke(dockwright, ["history", *words], standalone_mode=False)


@pytest.mark.parametrize(("words", "count"), [((), 20), (("-n", "3"), 3), (("-n", "99"), 30)])
def test_the_newest_are_shown_the_last_one_last(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], count: int
) -> None:
    lines = _said(monkeypatch, RUNS, *words).output.splitlines()
    assert len(lines) == count
    assert lines[-1].startswith("2026-01-30")


def test_json_has_the_records_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    said = _said(monkeypatch, RUNS, "-n", "2", "--json").output
    assert json.loads(said) == {"runs": RUNS[-2:]}
    assert json.loads(_said(monkeypatch, [], "--json").output) == {"runs": []}


def test_where_nothing_is_recorded_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    done = _said(monkeypatch, [])
    assert done.stdout == ""
    assert "no run of `dockwright apply` is recorded there" in done.stderr
