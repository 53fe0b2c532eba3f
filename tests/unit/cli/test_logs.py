"""`dockwright logs`: which lines are meant by its options."""

from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from dockwright.cli import dockwright
from dockwright.inits.wanted_logs import WantedLogs
from dockwright.run import logs as room


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(room, "logs", lambda *words, **how: calls.append((*words, how)))
    return calls


def _run(*words: str) -> Result:
    return CliRunner().invoke(dockwright, ["logs", *words], standalone_mode=False)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ((), WantedLogs(None, 100, None, False)),
        (("-n", "7"), WantedLogs(None, 7, None, False)),
        (("--since", "2h"), WantedLogs(None, None, "2h", False)),
        (("--since", "2h", "-n", "7"), WantedLogs(None, 7, "2h", False)),
        (("-f", "--process", "web"), WantedLogs("web", 100, None, True)),
        (("-f", "--since", "2h"), WantedLogs(None, None, "2h", True)),
    ],
)
def test_the_last_hundred_are_meant_or_all_since_a_time(
    asked: list[tuple[Any, ...]], words: tuple[str, ...], wanted: WantedLogs
) -> None:
    assert _run("web", *words, "-i", "x.py", "--box", "a", "--skip", "b").exception is None
    [(leaf, given, how)] = asked
    assert (leaf, given) == ("web", wanted)
    assert how == {"box": "a", "everywhere": False, "inventory": "x.py", "skip": ("b",)}


def test_a_line_count_and_a_time_can_t_both_be_followed(asked: list[tuple[Any, ...]]) -> None:
    done = _run("web", "-f", "--since", "2h", "-n", "1")
    assert isinstance(done.exception, click.UsageError)
    assert asked == []


def test_ctrl_c_ends_what_is_followed_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "logs", interrupted)
    assert _run("web", "-f").exception is None
    assert isinstance(_run("web").exception, click.Abort | KeyboardInterrupt)
