"""Which conditions of an operation make it hang on another one, for a plan."""

from types import SimpleNamespace
from typing import Any

from dockwright.box.this_run import WHILE_EXECUTING
from dockwright.run.plan import _condition


def _of(condition: Any) -> tuple[bool, bool]:
    data: Any = SimpleNamespace(global_arguments={"_if": condition})
    return _condition(data)


def test_a_condition_makes_it_hang_on_another_operation() -> None:
    assert _of(lambda: True) == (True, True)
    assert _of([lambda: True, lambda: False]) == (True, False)
    assert _of(None) == (False, True)


def test_one_that_asks_what_failed_while_a_run_executes_does_not() -> None:
    def none_failed() -> bool:
        return True

    vars(none_failed)[WHILE_EXECUTING] = True
    assert _of(none_failed) == (False, True)
    assert _of([none_failed, lambda: True]) == (True, True)
