"""A registry that does not answer a push: a difference to a plan, and what a run can bear."""

from typing import Any

import pytest
from recorded import box

from dockwright.box.this_run import this_run
from dockwright.errors import NotReady
from dockwright.operations.image.behind import behind

AWAY = NotReady("registry r:5000: connection refused; is it up?")


def _behind(
    monkeypatch: pytest.MonkeyPatch, lacking: list[str], executing: bool, others: bool = True
) -> tuple[list[str], list[str], list[str]]:
    from pyinfra import host

    module: Any = __import__("dockwright.operations.image.behind", fromlist=["x"])
    monkeypatch.setattr(module, "one_answers", lambda _: others)
    with box({}, executing) as said:
        behind("r:5000", AWAY, lacking, {"other:5000": None})
        notes = this_run(host.state)
        return said, notes.notes, notes.reminders


def test_one_that_has_all_is_told_and_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    said, notes, reminders = _behind(monkeypatch, [], executing=False)
    assert said == ["noop: registry r:5000: could not be asked (connection refused)"]
    assert (notes, len(reminders)) == ([], 1)
    assert reminders[0].endswith("; it has had all that box box has")


def test_a_plan_calls_what_it_lacks_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotReady, match="it is behind, and lacks web, api; the next run that finds"):
        _behind(monkeypatch, ["web", "api"], executing=False)


def test_a_run_goes_on_where_another_one_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    said, notes, _ = _behind(monkeypatch, ["web"], executing=True)
    assert "lacks web" in said[0]
    assert notes == [said[0].removeprefix("noop: ")]
    with pytest.raises(NotReady, match="lacks web"):
        _behind(monkeypatch, ["web"], executing=True, others=False)
