"""`dockwright wheelhouse`: for which Pythons, and what is said of what was fetched."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dockwright.cli import dockwright
from dockwright.errors import DockwrightError
from dockwright.wheelhouse.target import Target


def _run(monkeypatch: pytest.MonkeyPatch, new: list[str], *words: str) -> tuple[Result, list[Any]]:
    asked: list[Any] = []

    def fetch(folder: Path, targets: list[Target], echo: Any) -> list[str]:
        asked.append((folder, targets))
        return new

    monkeypatch.setattr(__import__("dockwright.cli.wheelhouse", fromlist=["x"]), "fetch", fetch)
    done = CliRunner().invoke(dockwright, ["wheelhouse", *words], standalone_mode=False)
    return done, asked


def test_debian_s_python_is_meant_unless_others_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _, asked = _run(monkeypatch, [], "wheels")
    assert asked == [(Path("wheels"), [Target("3.11")])]
    _, asked = _run(monkeypatch, [], "w", "--python", "3.13", "--python", "3.11")
    assert asked[0][1] == [Target("3.13"), Target("3.11")]


def test_what_is_new_is_told_and_else_that_nothing_was_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _run(monkeypatch, ["a", "b"], "w")[0].output == "w: 2 new wheels\n"
    assert _run(monkeypatch, [], "w")[0].output == "w: nothing to do\n"


def test_a_python_that_it_does_not_run_on_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    done, asked = _run(monkeypatch, [], "w", "--python", "2.7")
    assert isinstance(done.exception, DockwrightError)
    assert asked == []
