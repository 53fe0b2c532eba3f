"""An engine that runs another program than is installed: restarted, or told of with why not."""

from importlib import import_module
from typing import Any

from recorded import box

from dockwright.box.change import Change
from dockwright.box.this_run import this_run
from dockwright.commands.declare import Commands, Fail, operation
from dockwright.commands.expected import RESTART, expect
from dockwright.facts.engine import EngineState

REPLACED: Any = import_module("dockwright.operations.engine.replaced").replaced
THEIRS = (
    'container {"name":"/theirs","image":"sha256:1","running":true,'
    '"started":"2026-11-24T12:00:00Z","health":null,"mounts":[]}'
)
WAY = "engine.service(restart=True)"


def _engine(running: str = "20.10", installed: str = "26.1") -> EngineState:
    return EngineState(init="systemd", dockerd="/usr/sbin/dockerd", active=True,
                       replaced=(running, installed))  # fmt: skip


def _run(
    restart: bool, containers: str = "", executing: bool = False, *changing: str, **engine: str
) -> tuple[list[Any], list[str], list[str]]:
    from pyinfra import host

    changes: list[Change] = []

    @operation()
    def service() -> Commands:
        yield from REPLACED(_engine(**engine), restart, WAY, 60)

    facts = {"boot.BootJobs": f"init systemd\nunit-end\n{containers}"}
    with box(facts, executing, changes) as said:
        expect("box", changing)
        commands = list(service._inner())
        lines = [change.line for change in changes]
        return commands, lines, [*this_run(host.state).reminders, *said]


def test_it_is_restarted_where_that_is_asked_for_and_nobody_else_s_containers_run() -> None:
    [command], lines, _ = _run(restart=True)
    assert (command.what, command.args) == ("restarting the engine", ("60",))
    assert lines == ["~ the engine  20.10 → 26.1  restarts"]


def test_containers_of_other_hands_keep_it_from_that() -> None:
    commands, lines, told = _run(True, THEIRS)
    assert (commands, lines) == ([], [])
    assert told[0].endswith("; its restart would end containers of other hands: theirs")
    # one that has ended is none
    stopped = THEIRS.replace('"running":true', '"running":false')
    assert _run(True, stopped)[0]


def test_else_it_is_told_with_both_ways() -> None:
    commands, _, told = _run(restart=False)
    assert commands == []
    assert told[0] == (
        "box box: its engine runs 20.10, and 26.1 is installed; `systemctl restart docker` there "
        f"restarts it, or {WAY}"
    )
    assert "noop: not restarted: the engine runs 20.10, and 26.1 is installed" in told


def test_the_same_version_is_another_program_all_the_same() -> None:
    _, _, told = _run(False, installed="20.10")
    assert "runs the program of before its upgrade (20.10)" in told[0]


def test_what_may_restart_it_before_is_waited_for() -> None:
    [command], lines, _ = _run(True, "", False, RESTART)
    assert lines == []
    assert isinstance(command, Fail)
    assert "waits for what may restart the engine before" in command.message


def test_while_a_run_executes_it_is_a_warning() -> None:
    _, _, told = _run(False, "", True)
    assert any(line.startswith("box box: its engine runs 20.10") for line in told)
