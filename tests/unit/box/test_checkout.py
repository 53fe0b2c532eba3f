"""A checkout that is older than what a box has: which commits count, and what is said of them."""

import subprocess
from pathlib import Path

import pytest

from dockwright.box.checkout import ancestors, lines


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """A deploy file in a repository with a commit, one behind it, and one beside it."""

    def git(*words: str) -> str:
        named = ["-c", "user.name=a", "-c", "user.email=a@example"]
        done = subprocess.run(
            ["git", "-C", str(tmp_path), *named, *words], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    git("init", "-q", "-b", "main")
    for commit in ("first", "second"):
        (tmp_path / "site.py").write_text(commit)
        git("add", ".")
        git("commit", "-qm", commit)
    git("checkout", "-q", "-b", "beside", "HEAD~1")
    git("commit", "-q", "--allow-empty", "-m", "beside")
    git("checkout", "-q", "main")
    return tmp_path / "site.py"


def _commit(deploy: Path, name: str) -> str:
    words = ["git", "-C", str(deploy.parent), "rev-parse", "--short=12", name]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_a_commit_that_it_has_come_from_is_no_news(deploy: Path) -> None:
    has = {"a": _commit(deploy, "main"), "b": _commit(deploy, "main~1") + "+", "c": ""}
    assert list(lines(has, ancestors(deploy))) == []


def test_a_commit_of_another_branch_is_named(deploy: Path) -> None:
    beside = _commit(deploy, "beside")
    assert list(lines({"app1": beside}, ancestors(deploy))) == [
        f"app1 has {beside}, which this checkout has not come from; git log {beside}"
    ]


def test_a_commit_that_is_not_here_is_named(deploy: Path) -> None:
    assert list(lines({"app1": "8070c6152d1e+"}, ancestors(deploy))) == [
        "app1 has 8070c6152d1e, which this checkout has not; git pull?"
    ]


def test_without_a_record_or_a_repository_nothing_is_said(tmp_path: Path) -> None:
    assert list(lines({"app1": ""}, ancestors(tmp_path / "site.py"))) == []


def test_a_shallow_checkout_is_told_how_to_get_the_rest() -> None:
    [said] = lines({"app1": "8070c6152d1e"}, lambda commit: None, shallow=True)
    assert said.endswith("which this checkout has not; it is a shallow one: git fetch --unshallow")
