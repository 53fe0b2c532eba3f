"""`dockwright plan`: what it is told, and its exit status."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dockwright.cli import dockwright
from dockwright.cli.plan import colour, show
from dockwright.errors import DockwrightError
from dockwright.run import plan as room
from dockwright.run.planned import Plan, Planned


def _plan(monkeypatch: pytest.MonkeyPatch, status: str, *words: str, **more: object) -> Result:
    asked: list[tuple[object, ...]] = []

    def planned(*given: object) -> Plan:
        asked.append(given)
        return Plan("site.py", ("a",), (Planned("a", "x", status),), **more)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "plan", planned)
    done = CliRunner().invoke(dockwright, ["plan", *words], standalone_mode=False)
    done.asked = asked  # type: ignore[attr-defined]
    return done


@pytest.mark.parametrize(
    ("status", "more", "code"),
    [
        ("current", {}, 0), ("action", {}, 0), ("change", {}, 2), ("unknown", {}, 2),
        ("change", {"failed": {"b": "box b: gone"}}, 1),
    ],
)  # fmt: skip
def test_drift_is_2_and_a_box_without_an_answer_1(
    monkeypatch: pytest.MonkeyPatch, status: str, more: dict[str, object], code: int
) -> None:
    done = _plan(monkeypatch, status, "inv.py", "site.py", **more)
    assert done.return_value == code, done.exception


def test_words_are_the_inventory_and_the_deploy_file(monkeypatch: pytest.MonkeyPatch) -> None:
    done = _plan(monkeypatch, "current", "inv.py", "site.py", "--limit", "a", "--only", "x",
                 "--skip", "b")  # fmt: skip
    assert done.asked == [("inv.py", Path("site.py"), ("a",), "x", ("b",))]  # type: ignore[attr-defined]
    done = _plan(monkeypatch, "current", "a", "b", "c")
    assert isinstance(done.exception, DockwrightError)


def test_json_goes_to_standard_output_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    done = _plan(monkeypatch, "change", "inv.py", "site.py", "--json")
    assert done.output.startswith("{")
    assert '"name": "x"' in done.output


def test_reminders_are_told_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    show(Plan("x", ("a",), (), reminders=("images are old",)), whole=False)
    assert capsys.readouterr().out.endswith("note: images are old\n")


def test_no_colour_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert colour() is False
    monkeypatch.setenv("NO_COLOR", "")
    assert colour() is None
