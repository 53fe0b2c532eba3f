"""How long the operations of each box took, what it waits for others left out."""

from collections.abc import Iterator
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
