"""A fact of ours: asked by the one room, and by pyinfra itself with the same marks."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from pyinfra.api.host import Host

from dockwright.box.fact import Fact, fact_of
from dockwright.box.this_run import give_up
from dockwright.errors import BoxError
from tests.unit.box.boxes import local


@pytest.fixture
def here() -> Iterator[Host]:
    with local("other") as host:
        yield host


class Kernel(Fact[str]):
    about = "its kernel"

    def script(self, option: str = "-s") -> str:
        return f"uname {option}"

    def read(self, lines: list[str]) -> str:  # type: ignore[override]
        return lines[0]


def test_a_fact_is_asked(here: Host) -> None:
    assert fact_of(here, Kernel) == "Linux"
    assert fact_of(here, Kernel, option="-o") == "GNU/Linux"


def test_pyinfra_itself_asks_with_the_same_marks(here: Host) -> None:
    assert here.get_fact(Kernel) == "Linux"
    assert here.get_fact(Kernel, option="-o") == "GNU/Linux"


def test_a_script_that_fails_says_why(here: Host) -> None:
    with pytest.raises(BoxError) as failed:
        fact_of(here, Kernel, option="--nosuch")
    assert str(failed.value).startswith("box @local: asked about its kernel: exit status 1: ")


def test_a_box_that_was_given_up_is_asked_no_more(here: Host) -> None:
    give_up(here, "box @local: gone")
    with pytest.raises(BoxError, match="box @local: gone"):
        fact_of(here, Kernel)
    assert here in here.state.failed_hosts


class Lines(Fact[list[int]]):
    about = "its numbers"

    def script(self, first: str, second: str = "2") -> str:
        return f"echo {first}; echo {second}"

    def requires_command(self, *args: Any, **kwargs: Any) -> str:
        return "nowhere" if "0" in (*args, *kwargs.values()) else "sh"

    @staticmethod
    def default() -> list[int]:
        return [-1]

    def read(self, lines: Sequence[str]) -> list[int]:
        return [int(line) for line in lines]


def test_an_answer_of_another_shape_is_told_and_never_a_traceback(here: Host) -> None:
    said = "its answer about its numbers has not the shape it must have (ValueError: invalid"
    with pytest.raises(BoxError, match=re.escape(f"box @local: {said}")):
        fact_of(here, Lines, "one")
    with pytest.raises(BoxError, match=re.escape(said)):
        here.get_fact(Lines, "one")


def test_a_program_that_is_not_there_makes_the_fact_s_default(here: Host) -> None:
    assert fact_of(here, Lines, "0") == [-1]
    assert fact_of(here, Lines, "1") == [1, 2]
    assert fact_of(here, Lines, first="3", second="4") == [3, 4]


def test_an_argument_that_lacks_or_that_it_has_not_is_told_by_the_box_with_how_it_is_asked() -> (
    None
):
    for arguments, wrong in (
        ({}, "first: not given"),
        ({"others": {"frist": "1"}}, "first: not given, frist: no argument of it"),
    ):
        line = Lines().command(**arguments)
        done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
        way = f"{Lines.__module__}.Lines first=…"
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"fact Lines: {wrong}; write {way}\n"


def test_what_pyinfra_got_without_the_marks_of_a_question_is_no_answer() -> None:
    fact = Lines()
    with pytest.raises(BoxError, match="asked about its numbers: nothing was asked"):
        fact.process(["1"])
    fact.command("1")
    with pytest.raises(BoxError, match="asked about its numbers: "):
        fact.process(["1", "2"])
