"""What is used of pyinfra's hosts: pyinfra itself is asked for each."""

from collections.abc import Iterator

import pytest
from pyinfra.api import Config, Inventory, State, operation
from pyinfra.api.host import Host
from pyinfra.api.operation import add_op
from pyinfra.context import ctx_host, ctx_state

from dockwright.box.inside.hosts import answer, deploy_within, hearing, is_answered
from dockwright.box.inside.operations import key_of


@operation()
def asks() -> Iterator[str]:
    host = ctx_host.get()
    host.log("it says")
    host.noop(f"a fact: {host.get_fact(object)}")
    yield from ()


@pytest.fixture
def host() -> Iterator[Host]:
    inventory = Inventory((["@local"], {}))
    state = State(inventory, Config())
    made: Host = inventory.get_host("@local")
    state.activate_host(made)
    with ctx_state.use(state), ctx_host.use(made):
        yield made


def test_what_operations_ask_and_say_goes_through_what_was_put_there(
    host: Host,
) -> None:
    assert not is_answered(host)
    answer(host, lambda fact, *_, **__: f"of {fact.__name__}")
    assert is_answered(host)
    host.state.check_for_changes = False
    (made,) = add_op(host.state, asks).values()
    said: list[str] = []
    with hearing(host, said.append):
        assert list(host.state.ops[host][key_of(made)].command_generator()) == []
    assert said == ["it says", "a fact: of object"]


def test_an_error_leaves_the_host_as_it_was(host: Host) -> None:
    with pytest.raises(ZeroDivisionError), hearing(host, print):
        raise ZeroDivisionError
    assert "log" not in vars(host)
    assert "noop" not in vars(host)


def test_a_deploy_within_another_has_its_name_and_arguments(host: Host) -> None:
    outer = {"_sudo": True, "_if": None, "_ignore_errors": False}
    with host.deploy("Leaves", outer, {"a": 1}):  # type: ignore[arg-type]
        with deploy_within(host, "stash/box.py", {"_ignore_errors": True}):
            assert host.current_deploy_name == "Leaves | stash/box.py"
            assert host.current_deploy_kwargs == {**outer, "_ignore_errors": True}
            assert host.current_deploy_data == {"a": 1}
        assert host.current_deploy_name == "Leaves"


def test_one_within_none_has_no_arguments(host: Host) -> None:
    with deploy_within(host, "stash/box.py", {"_ignore_errors": True}):
        assert host.current_deploy_name == "stash/box.py"
        assert host.current_deploy_kwargs is None
