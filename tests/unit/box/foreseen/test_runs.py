"""Runs of pyinfra on this machine that foresee their questions, and what is changed in between.

Each case is run twice: the first run asks everything by itself, the second one foresees it. What
an operation is told in the second one is what is so at that moment, whatever has changed it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = """
import os, subprocess
from pathlib import Path
from pyinfra import host, state
from pyinfra.api import operation as pyinfras
from pyinfra.operations import files, python, server
from pyinfra.facts.server import Kernel
from dockwright.box import ask, fact
from dockwright.box.foreseen import asked
from dockwright.box.other_host import from_host
from dockwright.box.remembered import remember
from dockwright.box.this_run import LOOK, this_run
from dockwright.commands.declare import Call, operation
from dockwright.facts.account import Member
from dockwright.facts.content import Content

A, B = "{folder}/a", "{folder}/b"
this_run(state).purpose = LOOK  # no lock of this machine
asked.by_ssh = lambda host: host  # as if it were far away


def tell(*words):
    with Path("{folder}/told").open("a") as file:
        print(*words, file=file)


live, sends = fact.ask, asked.command
fact.ask = lambda host, one, *rest: (tell("live", one.what), live(host, one, *rest))[1]
asked.command = lambda every, limit: (tell("sent", len(every)), sends(every, limit))[1]


def now(path):
    return Path(path).read_text().strip() if Path(path).exists() else None


@operation()
def look(path, user="root"):
    text = host.get_fact(Content, path).text
    stage = "execute" if state.is_executing else "prepare"
    # by another way than the one that is tried
    assert (text and text.strip()) == now(path), (stage, path, text, now(path))
    tell(stage, Path(path).name, text and text.strip())
    yield from ()


@operation()
def look_from_another(path):
    text = from_host("@local", Content, path).text
    assert (text and text.strip()) == now(path), (path, text, now(path))
    tell("another", Path(path).name, text and text.strip())
    yield from ()


def write(path=B):
    Path(path).write_text("changed\\n")


@operation()
def ours(*commands):
    yield from commands


Path(A).write_text("a\\n")
Path(B).write_text("as it was\\n")
remember(host)
{steps}
"""


class Runs:
    """Runs of a deploy file on this machine, and what each of them told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "told").touch()

    @property
    def kept(self) -> list[Path]:
        return [*(self.folder / "cache").rglob("*.json")]

    def run(self, *steps: str, options: tuple[str, ...] = ("-y",)) -> list[str]:
        deploy = self.folder / "deploy.py"
        deploy.write_text(DEPLOY.format(folder=self.folder, steps="\n".join(steps)))
        (self.folder / "told").write_text("")
        pyinfra = Path(sys.executable).with_name("pyinfra")
        done = subprocess.run(
            [pyinfra, *options, "@local", deploy], cwd=self.folder, check=False, text=True,
            capture_output=True, env={**os.environ, "XDG_CACHE_HOME": f"{self.folder}/cache"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return (self.folder / "told").read_text().splitlines()


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


LOOKS = ("look(A)", "look(B)")


def test_the_second_run_sends_all_at_once_and_asks_nothing_more(runs: Runs) -> None:
    said = ["execute a a", "execute b as it was"]
    assert runs.run(*LOOKS) == ["live a file", said[0], "live a file", said[1]]
    assert runs.run(*LOOKS) == ["sent 2", *said]
    assert runs.run(*LOOKS, "look('/etc/hostname')")[:4] == ["sent 2", *said, "live a file"]
    assert runs.run(*LOOKS, "look('/etc/hostname')")[0] == "sent 3"


def test_it_keeps_questions_and_no_answers(runs: Runs) -> None:
    runs.run(*LOOKS)
    [path] = runs.kept
    assert "as it was" not in path.read_text()
    stages = json.loads(path.read_text())["stages"]
    assert [row[0] for row in stages["execute"]] == ["dockwright.facts.content:Content"] * 2
    path.write_text("{")
    assert "sent" not in " ".join(runs.run(*LOOKS))
    assert runs.run(*LOOKS)[0] == "sent 2"


def test_what_is_not_asked_twice_running_is_dropped(runs: Runs) -> None:
    runs.run(*LOOKS)
    assert [runs.run("look(A)")[0] for _ in range(3)] == ["sent 2", "sent 2", "sent 1"]


def test_a_plan_and_a_run_have_a_batch_each(runs: Runs) -> None:
    # without -y operations are asked while they are declared, too
    for _ in range(2):
        said = runs.run(*LOOKS, options=("--dry",))
    assert said == ["sent 2", "prepare a a", "prepare b as it was"]


# What may change B between two steps of a run; the second look is to see it.
CHANGES = {
    "a command of pyinfra's operation": "server.shell(commands='echo changed >' + B)",
    "a file of pyinfra's operation": "files.put(src=__file__, dest=B)",
    "a line of ours": "ours('echo changed >' + B)",
    "a function of ours": "ours(Call('write', write))",
    "a function of pyinfra's": "python.call(function=write)",
    "a last one of several": "ours('true', 'true', Call('write', write))",
    "one that fails": "server.shell('echo changed >' + B + '; false', _ignore_errors=True)",
    "one that goes on beside": "ours('(sleep .5; echo changed >' + B + ') 2>&- >&- & sleep 1')",
}
# The same, of a deploy file itself while operations are declared.
BY_ITSELF = {
    "pyinfra's way to the box": "host.run_shell_command('echo changed >' + B)",
    "a file by pyinfra's way": "host.put_file('/etc/hostname', B)",
    "a program": "subprocess.run(['cp', '/etc/hostname', B], check=True)",
    "a shell": "os.system('echo changed >' + B)",
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_an_operation_changes_is_seen_by_the_next_one(runs: Runs, what: str) -> None:
    for _ in range(3):
        said = runs.run("look(A)", CHANGES[what], "look(B)", "look(A)")
        assert said[-1] == "execute a a"
        [seen] = [line for line in said if line.startswith("execute b")]
        assert seen != "execute b as it was"
    assert "sent" in said[0]


@pytest.mark.parametrize("what", BY_ITSELF)
def test_what_a_deploy_file_changes_itself_is_seen_by_the_next_one(runs: Runs, what: str) -> None:
    for _ in range(3):
        said = runs.run("look(A)", BY_ITSELF[what], "look(B)", options=("--dry",))
        [seen] = [line for line in said if line.startswith("prepare b")]
        assert seen != "prepare b as it was"
    assert "sent" in said[0]


def test_what_the_box_s_own_operation_was_told_other_boxes_are_told_too(runs: Runs) -> None:
    steps = ("look(B)", "look_from_another(B)")
    runs.run(*steps)
    assert runs.run(*steps) == ["sent 1", "execute b as it was", "another b as it was"]
    assert runs.run(*reversed(steps)) == ["sent 1", "another b as it was", "execute b as it was"]


@pytest.mark.parametrize("what", ["a command of pyinfra's operation", "a function of ours"])
def test_what_is_changed_then_other_boxes_see_too(runs: Runs, what: str) -> None:
    for _ in range(3):
        said = runs.run("look(B)", CHANGES[what], "look_from_another(B)")
        assert said[-1] == "another b changed"
    assert "sent" in said[0]


@pytest.mark.parametrize("what", ["a file by pyinfra's way", "a program"])
def test_what_a_deploy_file_changes_itself_other_boxes_see_too(runs: Runs, what: str) -> None:
    for _ in range(3):
        said = runs.run("look(B)", BY_ITSELF[what], "look_from_another(B)", options=("--dry",))
        assert said[-1] != "another b as it was"
    assert "sent" in said[0]


def test_a_fact_of_pyinfras_own_only_reads(runs: Runs) -> None:
    steps = ("look(A)", "@pyinfras()\ndef other():\n    host.get_fact(Kernel)\n    yield from ()",
             "other()", "look(B)")  # fmt: skip
    runs.run(*steps)
    assert runs.run(*steps) == ["sent 2", "execute a a", "execute b as it was"]


def test_what_a_deploy_file_asks_itself_is_asked_of_the_box(runs: Runs) -> None:
    steps = ("look(A)", "Path(B).write_text('by hand')", "tell(host.get_fact(Content, B).text)")
    for _ in range(3):
        # another way to change it than any program
        said = runs.run("host.get_fact(Content, B)", *steps, options=("--dry",))
        assert said[-1] == "by hand"
    assert runs.run("look(B)", *steps, options=("--dry",))[-1] == "by hand"
    # what was foreseen of B is not taken
    assert runs.run(*steps, options=("--dry",)) == [
        "sent 2",
        "prepare a a",
        "live a file",
        "by hand",
    ]


def test_other_arguments_are_another_question(runs: Runs) -> None:
    steps = ("look(A)", "look(A, _env={'X': 'y'})")
    runs.run(*steps)
    assert runs.run(*steps) == ["sent 1", "execute a a", "live a file", "execute a a"]


# Within a process, one question at a time.
