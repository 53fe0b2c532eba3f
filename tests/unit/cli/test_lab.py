"""`dockwright lab`: its words on their way, and a lab's state for a person and for programs."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dockwright import lab
from dockwright.cli import dockwright

REPORT = {"name": "dev", "suite": "trixie", "subnet": "192.168.9.0/24", "bridge": "dw-dev",
          "boxes": [{"name": "docker", "address": "192.168.9.10", "hostname": "docker.vagrant",
                     "state": "down"}]}  # fmt: skip


def _run(*words: str) -> Result:
    return CliRunner().invoke(dockwright, ["lab", *words], standalone_mode=False)


def test_a_lab_s_state_is_one_line_a_box_or_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "status", lambda *_: REPORT)
    assert _run("status").output.splitlines() == [
        "lab dev: trixie, 192.168.9.0/24 on dw-dev",
        "docker\t192.168.9.10\tdocker.vagrant\tdown",
    ]
    assert json.loads(_run("status", "--json").output) == REPORT


def test_a_command_in_a_box_keeps_its_own_options(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(lab, "ssh", lambda *given: asked.append(given))
    assert _run("ssh", "docker", "--", "ls", "-l", "--name", "x").exception is None
    assert asked == [(None, "docker", ("ls", "-l", "--name", "x"), None)]


def test_what_is_not_said_is_left_to_the_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(lab, "down", lambda *given, echo: asked.append(given))
    _run("down")
    _run("down", "--name", "dev", "--state", str(tmp_path))
    assert asked == [(None, None), ("dev", tmp_path)]


@pytest.mark.parametrize("words", [("up", "--suite", "nosuch"), ("ssh",), ("status", "x")])
def test_a_wrong_word_is_wrong_usage(words: tuple[str, ...]) -> None:
    assert _run(*words).exception is not None
