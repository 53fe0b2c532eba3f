"""Why an operation failed on a box: what it said itself, else what its command said last."""

from collections.abc import Iterator
from typing import Any

import pytest
from pyinfra.api.host import Host
from pyinfra.api.operation import add_op
from pyinfra.api.operations import run_ops
from pyinfra.context import ctx_state
from pyinfra.operations import server

from dockwright.box.reason import did_fail, reason, why_failed
from dockwright.box.this_run import this_run
from tests.unit.box.boxes import local


@pytest.fixture
def here() -> Iterator[Host]:
    with local() as host:
        yield host


def _ran(host: Host, line: str) -> str:
    run = host.state
    with ctx_state.use(run):
        add_op(run, server.shell, commands=[line], _ignore_errors=True)
        run_ops(run)
    (op,) = run.ops[host]
    return str(op)


@pytest.mark.parametrize(
    ("line", "failed", "why"),
    [
        ("true", False, None),
        ("echo first >&2; echo last >&2; exit 3", True, "last"),
        ("exit 3", True, "see above"),
    ],
)
def test_what_its_command_said_last_is_why(
    here: Host, line: str, failed: bool, why: str | None
) -> None:
    op = _ran(here, line)
    assert did_fail(here, op) is failed
    assert why is None or why_failed(here, op) == why


def test_what_the_operation_said_itself_goes_before_that(here: Host) -> None:
    op = _ran(here, "echo command >&2; exit 1")
    this_run(here.state).reasons[here, op] = "box @local: web: not up\nits last lines"
    assert why_failed(here, op) == "web: not up"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("box @local: refused", "refused"),
        ("box @local2: refused", "box @local2: refused"),
        ("\x1b[2J", "\\x1b[2J"),
        ("x" * 999, f"{'x' * 299}…"),
        ("", ""),
    ],
)
def test_a_reason_is_one_line_of_what_is_printable(here: Host, text: str, said: Any) -> None:
    assert reason(here, text) == said
