"""`dockwright move`."""

import pytest
from click.testing import CliRunner

from dockwright.cli.move import move


def test_nothing_is_moved_without_a_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("dockwright.run.ask.confirmed", lambda question: asked.append(question))
    done = CliRunner().invoke(move, ["wiki", "--to", "app2"])
    assert done.exit_code == 0, done.output
    assert asked == ["Move wiki to box app2? It is down meanwhile."]


def test_it_needs_a_box() -> None:
    assert "--to" in CliRunner().invoke(move, ["wiki"]).output
