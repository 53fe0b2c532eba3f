"""What is done in pyinfra's place as operations are declared: pyinfra itself is asked for each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

import pyinfra
import pytest
from pyinfra.api import Config, Inventory, State, arguments, operation, util
from pyinfra.api.state import StateStage
from pyinfra.context import ctx_host, ctx_state

from dockwright.box.inside.declaring import declare_quickly, order_from_stack

_DECLARES = import_module("pyinfra.api.operation")
# pyinfra's own, whatever stands for it by now
_ORDER = util.get_operation_order_from_stack
_DEPLOY = """
def at(way, orders):
    return way(
        lambda: [
            orders() for _ in range(2)
        ]
    )


def further(way, orders):
    yield at(
        way, orders
    )


found = next(further(way, orders))
"""


@operation()
def thing() -> Iterator[str]:
    yield "true"


@pytest.fixture
def run() -> Iterator[State]:
    inventory = Inventory((["@local"], {}))
    state = State(inventory, Config())
    state.check_for_changes = False
    state.activate_host(inventory.get_host("@local"))
    yield state


@contextmanager
def _as_command(is_cli: bool) -> Iterator[None]:
    before = pyinfra.is_cli
    pyinfra.is_cli = is_cli
    try:
        yield
    finally:
        pyinfra.is_cli = before


def _through_pyinfra(call: Callable[[], object]) -> object:
    """By a function that is pyinfra's own file, which is no part of the order."""
    return util.memoize(lambda: call())()


@pytest.mark.parametrize("deploy", ["site.py", "another.py", None])
@pytest.mark.parametrize("is_cli", [True, False])
def test_the_lines_that_lead_to_an_operation_are_pyinfras(
    run: State, deploy: str | None, is_cli: bool
) -> None:
    run.current_deploy_filename, run.current_op_file_number = deploy, 3

    def orders() -> tuple[list[int], list[int]]:
        return _ORDER(run), order_from_stack(run)

    names = {"orders": orders, "way": _through_pyinfra}
    with _as_command(is_cli):
        exec(compile(_DEPLOY, "site.py", "exec"), names)  # noqa: S102  # as pyinfra does it
    its, ours = names["found"][0]  # type: ignore[index]
    assert ours == its
    assert its[:is_cli] == [3][:is_cli]
    if deploy == "site.py":
        assert its[is_cli] == _DEPLOY.splitlines().index("found = next(further(way, orders))") + 1
    elif deploy is not None:
        assert its[is_cli:] == []  # an operation that no line of the deploy file led to


def test_an_operation_is_known_by_the_same_name() -> None:
    with pytest.MonkeyPatch.context() as undone:
        undone.setattr(_DECLARES, "get_operation_order_from_stack", _ORDER)
        undone.setattr(arguments, "all_global_arguments", arguments.all_global_arguments)
        keys = []
        for quick in (False, True):
            if quick:
                declare_quickly()
                declare_quickly()  # a run has several deploys
                assert _DECLARES.get_operation_order_from_stack is order_from_stack
            keys.append(_declared())
    assert keys[0] == keys[1]


def _declared() -> list[str]:
    inventory = Inventory((["@local"], {}))
    state, host = State(inventory, Config()), inventory.get_host("@local")
    state.check_for_changes = False
    state.set_stage(StateStage.Prepare)
    with _as_command(True), ctx_state.use(state), ctx_host.use(host):
        for _ in host.loop(range(2)):
            thing()
    return list(host.op_hash_order)


def test_arguments_have_the_types_that_pyinfra_finds() -> None:
    its = arguments.all_global_arguments
    with pytest.MonkeyPatch.context() as undone:
        undone.setattr(arguments, "all_global_arguments", its)
        undone.setattr(_DECLARES, "get_operation_order_from_stack", _ORDER)
        declare_quickly()
        assert arguments.all_global_arguments() == its()
        arguments.all_global_arguments().clear()  # what one does with the list is its own
        assert arguments.all_global_arguments() == its()
