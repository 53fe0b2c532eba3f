"""The record of a box's runs, written and read by the shell that does it there."""

import json
import subprocess
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import StringCommand
from pyinfra.api.host import Host

from dockwright.box import record
from dockwright.box.process import Done, do
from dockwright.box.record import Record, RunOutcome, commit_of
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
