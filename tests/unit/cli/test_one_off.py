"""`dockwright run` and `exec`: their words, whose terminal it is, and the status."""

from typing import Any

import pytest
from click.testing import CliRunner, Result

from dockwright.cli import dockwright
from dockwright.cli import one_off as room_of_cli
from dockwright.run import one_off


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []

    def called(name: str) -> Any:
        def run(*words: Any, **how: Any) -> int:
            calls.append((name, *words, how))
            return 7

        return run

    monkeypatch.setattr(one_off, "run", called("run"))
    monkeypatch.setattr(one_off, "run_in", called("exec"))
    return calls


def _run(*words: str) -> Result:
    return CliRunner().invoke(dockwright, list(words), standalone_mode=False)


@pytest.mark.parametrize("word", ["run", "exec"])
def test_what_stands_behind_the_dashes_is_the_command_s(
    asked: list[tuple[Any, ...]], word: str
) -> None:
    done = _run(word, "web", "--box", "a", "--process", "job", "--", "ls", "-l", "--box")
    assert done.return_value == 7
    [(name, leaf, command, how)] = asked
    assert (name, leaf, command) == (word, "web", ("ls", "-l", "--box"))
    assert how == {"process": "job", "box": "a", "inventory": None, "terminal": False, "skip": ()}


@pytest.mark.parametrize(
    ("stdin", "stdout", "given_up", "at"),
    [(True, True, False, True), (True, False, False, False), (False, True, False, False),
     (True, True, True, False)],
)  # fmt: skip
def test_a_terminal_is_one_at_both_ends_unless_it_is_given_up(
    monkeypatch: pytest.MonkeyPatch, stdin: bool, stdout: bool, given_up: bool, at: bool
) -> None:
    monkeypatch.setattr(room_of_cli.sys.stdin, "isatty", lambda: stdin, raising=False)
    monkeypatch.setattr(room_of_cli.sys.stdout, "isatty", lambda: stdout, raising=False)
    assert room_of_cli._at_terminal(given_up) is at
