"""Boxes with a commit that the checkout has not come from: what a run is told of them."""

import subprocess
from pathlib import Path

import pytest
from pyinfra.api import Config, Inventory, State

from dockwright.facts.runs import Last
from dockwright.run import older
from dockwright.run.older import newer_boxes


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    (tmp_path / "site.py").write_text("")
    who = ("-c", "user.name=a", "-c", "user.email=a@example")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "first")):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True, capture_output=True)
    return tmp_path / "site.py"


def _told(monkeypatch: pytest.MonkeyPatch, deploy: Path, **commits: str) -> list[str]:
    known = {box: Last(commit=commit) for box, commit in commits.items()}
    monkeypatch.setattr(older, "last_runs", lambda _: known)
    return newer_boxes(State(Inventory((list(commits) or ["a"], {})), Config()), deploy)


def test_only_a_box_of_another_commit_is_told(
    monkeypatch: pytest.MonkeyPatch, deploy: Path
) -> None:
    mine = subprocess.run(["git", "-C", deploy.parent, "rev-parse", "HEAD"], check=True,
                          capture_output=True, text=True).stdout.strip()  # fmt: skip
    told = _told(monkeypatch, deploy, a=mine[:12], b="8070c6152d1e", c="", d=f"{mine[:12]}+")
    assert told == ["b has 8070c6152d1e, which this checkout has not; git pull?"]


def test_a_site_of_no_repository_asks_no_box(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(older, "last_runs", lambda _: pytest.fail("they were asked"))
    (tmp_path / "site.py").write_text("")
    assert newer_boxes(State(Inventory((["a"], {})), Config()), tmp_path / "site.py") == []
