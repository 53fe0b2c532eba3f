"""A question at the terminal: yes, no, and nobody who answers."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import gevent
import pytest

from dockwright.run import ask
from dockwright.run.ask import confirmed


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], None]]:
    """Standard input is a pipe; what is typed is written into it, and then it ends."""
    reading, writing = os.pipe()

    def typed(text: bytes) -> None:
        os.write(writing, text)
        os.close(writing)

    with os.fdopen(reading, "rb", buffering=0) as stdin:
        monkeypatch.setattr(ask.sys, "stdin", stdin)
        yield typed


@pytest.mark.parametrize(
    ("text", "agreed"),
    [(b"y\n", True), (b"YES \n", True), (b"n\n", False), (b"no\n", False), (b"\n", False)],
)
def test_only_a_yes_is_one(types: Callable[[bytes], None], text: bytes, agreed: bool) -> None:
    types(text)
    assert confirmed("Apply it?") is agreed


def test_another_word_is_asked_again(
    types: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    types(b"yup\n\xff\ny\n")
    assert confirmed("Apply it?")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("Apply it? [y/N]: ") == 3
    assert said.err.count("error: say y or n\n") == 2


ASKED = """
from gevent import monkey
monkey.patch_all()
from dockwright.run.ask import confirmed
confirmed("Apply it?")
"""


@pytest.mark.parametrize("text", [b"", b"y", b"perhaps\n"])
def test_where_nobody_answers_it_is_an_error_and_no_yes(text: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKED], input=text, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 1
    said = done.stderr.decode().splitlines()[-1]
    assert said.endswith("Apply it? nobody answers on standard input; say --yes")


def test_others_go_on_while_it_waits(types: Callable[[bytes], None]) -> None:
    ticks: list[int] = []

    def tick() -> None:
        for number in range(5):
            ticks.append(number)
            gevent.sleep(0.01)
        types(b"y\n")

    ticking = gevent.spawn(tick)
    assert confirmed("Apply it?")
    ticking.join()
    assert len(ticks) == 5
