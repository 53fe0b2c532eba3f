"""A secret reaches its file whole and with its mode, and is in no argument on the way."""

import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.operation import add_op

from dockwright.commands.declare import Commands, operation
from dockwright.commands.secret import hides, reveal
from dockwright.operations import registry


@pytest.mark.parametrize("arguments", [("s3cret",), {"password": "s3cret"}])
def test_pyinfra_is_shown_a_mask_where_an_operation_takes_a_secret(
    arguments: tuple[str, ...] | dict[str, str],
) -> None:
    seen = []

    @hides("password")
    @operation()
    def login(password: str | None = None) -> Commands:
        seen.append(reveal(password))
        yield from ()

    state = State(Inventory((["@local"], {})), Config())
    for host in state.inventory:
        host.connect()
        state.activate_host(host)
    if isinstance(arguments, dict):
        add_op(state, login, **arguments)
    else:
        add_op(state, login, *arguments)
    (meta,) = state.op_meta.values()
    assert seen == ["s3cret"]
    assert "*MASKED*" in str(meta.args)
    assert "s3cret" not in str(meta.args)


def test_the_registrys_login_hides_its_password_and_keeps_its_name() -> None:
    assert registry.login.__name__ == "login"
    assert registry.login._inner.__name__ == "login"
