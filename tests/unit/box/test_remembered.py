"""How often a run asks a fact, counted by the fact's own command."""

import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from pyinfra.api import StringCommand

from dockwright.box import remembered

DEPLOY = '''
from pathlib import Path
from pyinfra import host
from pyinfra.api import FactBase, HiddenValue, operation
from dockwright.box.remembered import remember


class Asked(FactBase):
    """How often it was asked, this time included."""

    def command(self, what=None):
        return "echo >>{log}; wc -l <{log}"

    def process(self, output):
        return int(list(output)[0])


def tell(line):
    with Path("told").open("a") as file:
        print(line, file=file)


@operation()
def look(what=None):
    tell(f"asked: {{host.get_fact(Asked, what)}}")
    yield from ()


@operation()
def change():
    before = host.get_fact(Asked, None)
    yield "true"
    after = host.get_fact(Asked, None)
    tell(f"around a change: {{before}} {{after}}")


remember(host)
remember(host)
{steps}
'''


def said(tmp_path: Path, *steps: str) -> list[str]:
    deploy = tmp_path / "deploy.py"
    deploy.write_text(DEPLOY.format(log=tmp_path / "log", steps="\n".join(steps)))
    pyinfra = Path(sys.executable).with_name("pyinfra")
    done = subprocess.run(
        [pyinfra, "-y", "@local", deploy], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr
    return (tmp_path / "told").read_text().splitlines()


def test_a_run_that_changes_nothing_asks_once(tmp_path: Path) -> None:
    assert said(tmp_path, "look()", "look()", "look()") == ["asked: 1"] * 3


@pytest.mark.parametrize("other", ["look('a')", "look(_env={'A': 'b'})"])
def test_another_question_is_asked(tmp_path: Path, other: str) -> None:
    assert said(tmp_path, "look()", other, "look()", other) == [
        "asked: 1", "asked: 2", "asked: 1", "asked: 2"
    ]  # fmt: skip


def test_a_change_makes_every_answer_an_old_one(tmp_path: Path) -> None:
    assert said(tmp_path, "look()", "change()", "look()", "look()") == [
        "asked: 1", "around a change: 1 2", "asked: 2", "asked: 2"
    ]  # fmt: skip


def test_what_a_secret_is_part_of_is_asked_each_time(tmp_path: Path) -> None:
    # two secrets look the same, as pyinfra shows them
    steps = [f"look(HiddenValue({word!r}))" for word in "ab"]
    assert said(tmp_path, *steps) == ["asked: 1", "asked: 2"]


def test_what_a_deploy_file_asks_itself_is_asked_each_time(tmp_path: Path) -> None:
    steps = ["tell(f'asked: {host.get_fact(Asked)}')"] * 2
    assert said(tmp_path, *steps) == ["asked: 1", "asked: 2"]


def test_while_a_command_runs_nothing_is_kept_and_what_was_asked_before_is_not_either() -> None:
    memory, times = remembered._Memory(), count(1)

    def ask() -> int:
        return memory.answer("the same", lambda: next(times), 60)

    assert [ask(), ask()] == [1, 1]
    commands = memory._heeded(lambda: iter([StringCommand("true")]))()
    next(commands)
    assert [ask(), ask()] == [2, 3]
    assert list(commands) == []
    assert [ask(), ask()] == [4, 4]
    # one that begins and ends while the box answers
    assert memory.answer("other", lambda: list(memory._heeded(lambda: iter("x"))()), 60) == ["x"]
    assert memory.answer("other", lambda: "asked again", 60) == "asked again"


def test_an_answer_is_not_kept_for_ever_in_a_run(tmp_path: Path) -> None:
    never = "from dockwright.box import remembered; remembered.HOLDS = 0"
    assert said(tmp_path, never, "look()", "look()") == ["asked: 1", "asked: 2"]


def test_what_one_does_with_an_answer_is_not_seen_by_the_next() -> None:
    memory = remembered._Memory()
    for _ in range(3):
        answer = memory.answer("the same", lambda: ["as it is"], 60)
        assert answer == ["as it is"]
        answer.append("changed")
