"""What is compared runs in turn, and what fails or did something else ends the bench."""

import sys
from pathlib import Path

import pytest

from tests.bench.site import BenchError
from tests.bench.turns import Contender, in_turn


def writes(name: str, path: Path, numbers: list[str]) -> Contender:
    line = f"open({str(path)!r}, 'a').write({name!r})"
    argv = [sys.executable, "-c", line]
    return Contender(name, argv, {}, before=lambda number: numbers.append(f"{name}{number}"))


def test_they_run_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "order"
    numbers: list[str] = []
    runs = in_turn([writes(one, path, numbers) for one in "ab"], 3, lambda: {"box": 7})
    assert path.read_text() == "ababab"
    assert numbers == ["a0", "b0", "a1", "b1", "a2", "b2"]
    assert runs["a"].spread.runs == 3
    assert runs["b"].round_trips == {"box": 7}
    assert all(seconds > 0 for seconds in runs["a"].processor)


def test_one_that_fails_is_told_with_its_last_words() -> None:
    failing = Contender("bad", [sys.executable, "-c", "print('why'); raise SystemExit(3)"], {})
    with pytest.raises(BenchError, match="bad: status 3: why"):
        in_turn([failing], 1)


def test_one_that_did_something_else_is_told() -> None:
    def check(said: str) -> None:
        raise BenchError(f"changed: {said.strip()}")

    with pytest.raises(BenchError, match="changed: 4"):
        in_turn([Contender("odd", [sys.executable, "-c", "print(4)"], {}, check)], 1)
