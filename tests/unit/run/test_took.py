"""How long the operations of each box took, what it waits for others left out."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import Config, Inventory, State

from dockwright.run import took as room
from dockwright.run.took import Took


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now = [0.0]
    monkeypatch.setattr(room.time, "monotonic", lambda: now[0])
    yield now


def test_each_box_has_the_time_of_its_own_operations_failed_ones_too(clock: list[float]) -> None:
    state = State(Inventory((["a", "b"], {})), Config())
    a, b = state.inventory
    took: Any = Took()
    took.operation_host_start(state, a, "1")
    clock[0] = 2
    took.operation_host_start(state, b, "1")
    clock[0] = 3
    took.operation_host_success(state, a, "1")
    clock[0] = 10  # both wait for nobody's operation
    took.operation_host_error(state, b, "1")
    took.operation_host_start(state, a, "2")
    clock[0] = 10.5
    took.operation_host_success(state, a, "2", 0)
    assert took.seconds == {a: 3.5, b: 8.0}


def test_an_end_without_a_beginning_takes_no_time(clock: list[float]) -> None:
    state = State(Inventory((["a"], {})), Config())
    [a] = state.inventory
    took: Any = Took()
    took.operation_host_error(state, a, "1")
    assert took.seconds == {}


def test_each_operation_is_a_bar_that_says_what_became_of_it(tmp_path: Path) -> None:
    (tmp_path / "deploy.py").write_text(
        "from pyinfra.operations import files, server\n"
        "server.shell(name='changes', commands=['true'])\n"
        "files.directory(name='is there', path='/tmp')\n"
        "server.shell(name='fails', commands=['false'], _ignore_errors=True)\n"
    )
    (tmp_path / "inventory.py").write_text("hosts = ['@local']\n")
    program = Path(sys.executable).with_name("dockwright")
    words = ["apply", "inventory.py", "deploy.py", "--yes", "--timeline", "run.html"]
    subprocess.run([program, *words], cwd=tmp_path, capture_output=True, check=False, timeout=120)
    page = (tmp_path / "run.html").read_text()
    found = re.findall(r'class="operation (\w+)"[^>]*><title>@local: ([a-z ]+):', page)
    assert found == [("done", "changes"), ("unchanged", "is there"), ("failed", "fails")]
