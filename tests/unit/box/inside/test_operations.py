"""What is used of pyinfra's operations: pyinfra itself is asked for each."""

from collections.abc import Iterator

import pytest
from pyinfra.api import Config, Inventory, State, operation
from pyinfra.api.command import StringCommand
from pyinfra.api.host import Host
from pyinfra.api.operation import OperationMeta, add_op
from pyinfra.api.operations import run_ops
from pyinfra.api.state import StateStage
from pyinfra.connectors.util import CommandOutput

from dockwright.box.inside.operations import (
    begin_anew,
    declared,
    function_of,
    heed,
    keep_only,
    key_of,
    order_on,
    stands_for,
)


@operation()
def thing(name: str, present: bool = True) -> Iterator[str]:
    yield f"true {name} {present}"


@operation(is_idempotent=False)
def deed() -> Iterator[str]:
    yield "true"


@pytest.fixture
def run() -> Iterator[State]:
    inventory = Inventory((["@local"], {}))
    state = State(inventory, Config())
    state.check_for_changes = False
    host = inventory.get_host("@local")
    host.connect()
    state.activate_host(host)
    state.set_stage(StateStage.Prepare)
    yield state
    host.disconnect()


def _host(run: State) -> Host:
    host: Host = run.inventory.get_host("@local")
    return host


def _add(run: State, of: object, *args: object, **given: object) -> OperationMeta:
    made: OperationMeta = add_op(run, of, *args, **given)[_host(run)]
    return made


def test_an_operation_is_known_with_its_arguments_before_it_begins(run: State) -> None:
    data = run.get_op_data_for_host(_host(run), key_of(_add(run, thing, "a", present=False)))
    assert declared(data).arguments == {"name": "a", "present": False}
    assert declared(data).is_idempotent
    plain = run.get_op_data_for_host(_host(run), key_of(_add(run, deed)))
    assert (declared(plain).arguments, declared(plain).is_idempotent) == ({}, False)


def test_commands_of_an_operation_come_through_who_heeds_them(run: State) -> None:
    key, seen = key_of(_add(run, thing, "a")), []

    def wrapped(commands):  # type: ignore[no-untyped-def]
        def heard():  # type: ignore[no-untyped-def]
            for command in commands():
                seen.append(str(command))
                yield command

        return heard

    heed(run, _host(run), key, wrapped)
    heed(run, _host(run), "of another box", wrapped)
    run.set_stage(StateStage.Execute)
    run_ops(run)
    assert seen == ["true a True"]
    assert run.ops[_host(run)][key].operation_meta.did_change()


def test_one_that_was_completed_can_be_run(run: State) -> None:
    data = run.get_op_data_for_host(_host(run), key_of(_add(run, thing, "a")))
    data.operation_meta.set_complete(True, [], CommandOutput([]))
    with pytest.raises(RuntimeError, match="already complete"):
        data.operation_meta.set_complete(True, [], CommandOutput([]))
    begin_anew(data)
    assert not data.operation_meta.is_complete()
    run.set_stage(StateStage.Execute)
    run_ops(run)
    assert data.operation_meta.did_change()


def test_those_that_are_dropped_are_not_run_and_changed_nothing(run: State) -> None:
    made = [_add(run, thing, name) for name in "abc"]
    keys = [key_of(one) for one in made]
    assert order_on(_host(run)) == keys
    keep_only(run, _host(run), {keys[1]})
    assert (order_on(_host(run)), run.get_op_order()) == ([keys[1]], [keys[1]])
    run.set_stage(StateStage.Execute)
    run_ops(run)
    assert [one.did_change() for one in made] == [False, True, False]


def test_the_generator_of_an_operation_can_be_called() -> None:
    assert list(function_of(thing)("a")) == ["true a True"]

    def other(name: str) -> OperationMeta:
        return thing(name)  # type: ignore[no-any-return]

    stands_for(other, thing)
    assert function_of(other) is function_of(thing)


def test_a_line_is_a_command_with_its_words() -> None:
    # `commands.declare.Line` is made of what another one was made of
    line = StringCommand("a", "b", _separator="")
    assert (line.bits, line.separator, line.connector_arguments) == (("a", "b"), "", {})
