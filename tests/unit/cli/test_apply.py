"""`dockwright apply`: what is asked, what is said, and its exit status."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from dockwright.cli import dockwright
from dockwright.errors import DockwrightError
from dockwright.run import apply as room
from dockwright.run import ask, progress
from dockwright.run.applied import Applied, OfBox
from dockwright.run.planned import Plan, Planned

PLAN = Plan("site.py", ("a",), (Planned("a", "x", "change"),))
DONE = Applied({"a": OfBox(("x",))}, 1.0)


@pytest.fixture
def applied(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(progress, "show_progress", lambda *_: None)

    def run(*words: str, done: Applied = DONE, answer: bool | None = None,
            newer: tuple[str, ...] = (), plan: Plan = PLAN) -> Result:  # fmt: skip
        def carried_out(*_: Any, agree: Any, older: Any, **_others: Any) -> Applied | None:
            if newer and not older(newer):
                return None
            return done if agree(plan) else None

        def confirmed(_: str) -> bool:
            assert answer is not None, "somebody was asked"
            return answer

        monkeypatch.setattr(room, "apply", carried_out)
        monkeypatch.setattr(ask, "confirmed", confirmed)
        return CliRunner().invoke(
            dockwright, ["apply", "inv.py", "site.py", *words], standalone_mode=False
        )

    return run


def test_what_is_agreed_to_is_done_and_what_is_not_is_not(
    applied: Callable[..., Result],
) -> None:
    assert applied("--yes").return_value == 0
    assert applied(answer=True).return_value == 0
    refused = applied(answer=False)
    assert (refused.return_value, "nothing was changed" in refused.output) == (1, True)


def test_where_nothing_is_to_do_nobody_is_asked(applied: Callable[..., Result]) -> None:
    idle = Plan("site.py", ("a",), (Planned("a", "x", "current"),))
    assert applied(plan=idle).return_value == 0


def test_a_failure_is_1(applied: Callable[..., Result]) -> None:
    failed = Applied({"a": OfBox(failed={"x": "why"})}, 1.0, notes=("know this",))
    done = applied("--yes", done=failed)
    assert done.return_value == 1
    assert "note: know this" in done.output


def test_quiet_and_yes_show_no_plan(applied: Callable[..., Result]) -> None:
    assert "would change" in applied("--yes").output
    assert "would change" not in applied("--yes", "--quiet").output
    assert "would change" in applied("--quiet", answer=True).output


def test_an_older_checkout_is_asked_about_and_with_yes_refused(
    applied: Callable[..., Result],
) -> None:
    newer = ("a has 0a, which this checkout has not",)
    assert isinstance(applied("--yes", newer=newer).exception, DockwrightError)
    assert applied("--yes", "--older", newer=newer).return_value == 0
    assert applied(answer=False, newer=newer).return_value == 1


def test_quiet_and_verbose_are_one_too_many(applied: Callable[..., Result]) -> None:
    assert isinstance(applied("--quiet", "--verbose").exception, click.UsageError)


@pytest.mark.parametrize("place", ["no/such/folder/run.html", "folder", "folder/x/run.html"])
def test_a_timeline_that_could_not_be_written_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/x").write_text("a file")
    (tmp_path / "site.py").write_text("raise SystemExit('the deploy was begun')\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(
        dockwright,
        ["apply", "@local", "site.py", "--yes", "--timeline", place],
        standalone_mode=False,
    )
    assert done.exception is not None
    assert place in str(done.exception)
    assert "begun" not in str(done.exception)
    assert isinstance(done.exception, DockwrightError) or place == "folder"
