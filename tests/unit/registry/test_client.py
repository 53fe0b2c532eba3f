"""How a registry's refusal reads; what engines say of registries is tried in tests/lab."""

import pytest

from dockwright.errors import NotReady
from dockwright.registry.client import Refused, refused
from dockwright.registry.login import Login


@pytest.mark.parametrize(
    ("login", "who"),
    [(None, "refused without a login"), (Login("robot$ci", "s3cret"), "refused as user robot$ci")],
)
def test_a_refusal_names_registry_login_and_answer_and_no_password(
    login: Login | None, who: str
) -> None:
    error = refused("192.168.50.20:5000", login, "401 Unauthorized")
    assert str(error).startswith(f"registry 192.168.50.20:5000: {who} (401 Unauthorized); ")
    assert "s3cret" not in str(error)
    # while a plan is made its own box may still be given the login
    assert isinstance(error, Refused)
    assert isinstance(error, NotReady)


def test_words_of_a_registry_move_no_terminal() -> None:
    assert "\x1b" not in str(refused("r:5000", None, "no\x1b[2J"))
