"""The record of a box's runs, written and read by the shell that does it there."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import Config, Inventory, State, StringCommand, operation
from pyinfra.api.host import Host
from pyinfra.api.operation import add_op
from pyinfra.connectors.util import CommandOutput

from dockwright.box import record
from dockwright.box.inside.operations import key_of
from dockwright.box.process import Done, do
from dockwright.box.record import Record, RunOutcome, commit_of, outcome
from dockwright.facts import runs
from tests.unit.box.boxes import local


@pytest.mark.parametrize("in_words", [False, True])
def test_a_line_that_lost_its_end_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_words: bool
) -> None:
    log = tmp_path / "log/runs.jsonl"

    def write(number: int, most: int = 1000) -> None:
        line = json.dumps({"n": number}).encode() + b"\n"
        words = ["sh", "-c", record._WRITE, "sh", str(log.parent), str(log), str(most)]
        words += [b64encode(line).decode()] if in_words else []
        subprocess.run(words, input=b"" if in_words else line, check=True)

    write(1)
    with log.open("a") as file:
        file.write('{"n": "cut sho')
    write(2)
    with log.open("a") as file:
        file.write('{"n": "cut again')
    write(3, most=1)
    monkeypatch.setattr(runs, "RUNS", str(log))
    fact = runs.Runs()
    said = subprocess.run(["sh", "-c", fact.command()], capture_output=True, text=True, check=True)
    assert [one["n"] for one in fact.process(said.stdout.splitlines())] == [1, 2, 3]
    assert log.with_name("runs.jsonl.1").exists()


OF = Record("2026-11-30T20:00:00Z", 1.5, "ann@desk (process 7)", "0123456789ab", "site.py", "ok")


@pytest.mark.parametrize(
    ("of", "is_in_command"),
    [
        (OF, True),
        (replace(OF, changed=("Users | anna",)), False),
        (replace(OF, result="failed", failed=("web: up",), reasons={"web: up": "s3cret"}), False),
        (replace(OF, members={f"box{number}": {"address": ""} for number in range(200)}), False),
    ],
    ids=["nothing done", "changed", "failed", "long"],
)
def test_what_was_done_does_not_stand_in_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: Record, is_in_command: bool
) -> None:
    log, commands = tmp_path / "log/runs.jsonl", []

    def noted(host: Host, command: StringCommand, how: Any, stdin: bytes | None) -> Done:
        commands.append(command.get_raw_value())
        return do(host, command, how, stdin)

    monkeypatch.setattr(record, "FOLDER", str(log.parent))
    monkeypatch.setattr(record, "RUNS", str(log))
    monkeypatch.setattr(record, "do", noted)
    monkeypatch.setattr(record, "_members", lambda *_: of.members)
    with local() as host:
        for _ in range(2):
            assert record.write(host, of) is None
    said = log.read_bytes()
    assert [json.loads(line)["seconds"] for line in said.splitlines()] == [1.5, 1.5]
    # three bytes at a time are four letters, so the line's beginning is that of its letters
    assert (b64encode(said[:60]).decode() in commands[0]) == is_in_command


def test_a_run_that_ended_early_failed_where_it_stopped() -> None:
    assert RunOutcome(("a",), ()).failing().result == "ok"
    assert RunOutcome(("a",), (), "b").result == "interrupted"
    stopped = RunOutcome(("a",), (), "b").failing()
    assert (stopped.result, stopped.failed) == ("failed", ("b",))
    assert RunOutcome(("a",), ("x",), "b").failing().failed == ("x",)


def test_the_commit_of_a_site_says_where_files_differ_from_it(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *words], check=True, capture_output=True)

    deploy = tmp_path / "site.py"
    assert commit_of(deploy) == ""
    git("init", "-q")
    deploy.write_text("")
    git("add", ".")
    git("commit", "-qm", "first")
    assert len(commit_of(deploy)) == 12
    deploy.write_text("#")
    assert commit_of(deploy).endswith("+")


@operation()
def thing(present: bool = True) -> Iterator[str]:
    yield "true"


def test_the_operations_of_a_box_are_told_in_their_order_whatever_others_run() -> None:
    state = State(Inventory((["web1", "web2"], {})), Config())
    state.check_for_changes = False
    made = {}
    for name, ops in (("web1", "abc"), ("web2", "xbay")):
        host = state.inventory.get_host(name)
        for op in ops:
            (one,) = add_op(state, thing, name=f"{name} {op}", host=host).values()
            made[name, op] = one
    for (name, op), one in made.items():
        changed = ["true"] if op in "bx" else []
        if op not in "cy":
            one.set_complete(True, changed, CommandOutput([]))
            assert key_of(one) in state.ops[state.inventory.get_host(name)]
    first, second = (outcome(state, state.inventory.get_host(one)) for one in ("web1", "web2"))
    assert (first.changed, first.stopped, first.current) == (("web1 b",), "web1 c", 1)
    assert (second.changed, second.stopped) == (("web2 x", "web2 b"), "web2 y")


def test_a_record_is_written_with_the_members_of_its_site() -> None:
    members = {"app": {"address": "192.0.2.1", "leaves": {"db": ["data"]}}}
    made = record.Record("2026", 1.0, "me", "", "site.py", "ok", ("a",), members=members)
    assert json.loads(json.dumps(vars(made))) == {
        "began": "2026", "seconds": 1.0, "who": "me", "commit": "", "deploy": "site.py",
        "result": "ok", "changed": ["a"], "failed": [], "reasons": {}, "members": members,
        "version": 1,
    }  # fmt: skip
