"""What is done in pyinfra's place as operations are declared: pyinfra itself is asked for each."""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from importlib import import_module
from typing import Any

import pyinfra
import pytest
from pyinfra.api import Config, Inventory, State, arguments, operation, util
from pyinfra.api.exceptions import ArgumentTypeError
from pyinfra.api.state import StateStage
from pyinfra.context import ctx_config, ctx_host, ctx_state

from dockwright.box.inside import declaring
from dockwright.box.inside.declaring import (
    declare_quickly,
    order_from_stack,
    pop_global_arguments,
)

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
    keys = []
    with pytest.MonkeyPatch.context() as undone:
        undone.setattr(_DECLARES, "get_operation_order_from_stack", _ORDER)
        for quick in (False, True):
            if quick:
                declare_quickly()
                declare_quickly()  # a run has several deploys
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


def test_each_that_is_stood_in_for_is_called_there_by_pyinfra() -> None:
    """One that a release calls no more would be quick for nobody, and no test would say so."""
    for name, modules in declaring._CALLED.items():
        for module in modules:
            source = inspect.getsource(import_module(f"pyinfra.api.{module}"))
            assert re.search(rf"(?<!def ){name}\(", source), (name, module)
            assert name in vars(import_module(f"pyinfra.api.{module}"))


# of one box: what its own data say, its group's, the site's, the deploy's arguments, and the given
ARGUMENTS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], Any, dict[str, Any]]] = {
    "nothing at all": ({}, {}, {}, None, {}),
    "one of them, and one of its own": ({}, {}, {}, None, {"_sudo": True, "path": "/a"}),
    "its data say it": ({"_sudo": True}, {"_sudo": False}, {}, None, {}),
    "its data say 0, and config.py 3": ({"_retries": 0}, {}, {}, None, {}),
    "its group's do": ({}, {"_sudo_user": "a"}, {"_sudo_user": "b"}, None, {}),
    "the site's do, and it is given": ({}, {}, {"_sudo_user": "b"}, None, {"_sudo_user": "c"}),
    "the deploy does": ({"_sudo": False}, {}, {}, {"_sudo": True, "_if": []}, {}),
    "given in a deploy": ({}, {}, {}, {"_sudo": True, "_env": {"A": "1"}}, {"_sudo": False}),
    "an environment": ({"_env": {"A": "1"}}, {}, {}, None, {"_env": {"B": "2"}}),
    "an environment of the box": ({"_env": {"A": "1"}}, {}, {}, None, {}),
    "a name, and conditions": ({}, {}, {}, None, {"name": "a thing", "_if": [bool]}),
    "for all boxes alike": ({}, {}, {}, None, {"_parallel": 2, "_serial": True}),
    "its data say None": ({"_sudo_user": None}, {}, {"_sudo_user": "a"}, None, {}),
    "of another type": ({}, {}, {}, None, {"_sudo": "yes"}),
    "of another type in the data": ({"_timeout": "1"}, {}, {}, {"_timeout": "2"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("case", ARGUMENTS)
def test_arguments_are_those_that_pyinfra_finds(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "yes")
    own, group, site, deploy, given = ARGUMENTS[case]
    groups = {"web": (["box"], group)}
    inventory = Inventory(([("box", own)], site), **groups)
    state = State(inventory, Config(INHERIT_ENV=["KEPT"], SHELL="bash"))
    host = inventory.get_host("box")
    host.current_deploy_kwargs = deploy

    def found(way: Callable[..., Any]) -> Any:
        kwargs = deepcopy(given)
        try:
            return way(state, host, kwargs), kwargs
        except ArgumentTypeError as error:
            return str(error)

    its = found(arguments.pop_global_arguments)
    assert found(pop_global_arguments) == its
    assert isinstance(its, str) == case.startswith("of another type")
    with ctx_config.use(Config(SUDO=True, RETRY=3)):  # as a deploy file sets it
        assert found(pop_global_arguments) == found(arguments.pop_global_arguments)


def test_who_changes_an_argument_leaves_the_data_as_they_were() -> None:
    inventory = Inventory(([("box", {"_success_exit_codes": [0]})], {}))
    state, host = State(inventory, Config()), inventory.get_host("box")
    pop_global_arguments(state, host, {})[0]["_success_exit_codes"].append(1)
    assert pop_global_arguments(state, host, {})[0]["_success_exit_codes"] == [0]
