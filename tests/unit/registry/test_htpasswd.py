"""The htpasswd file lets one user in, and is left alone where it does so already."""

import bcrypt
import pytest

from dockwright.errors import DockwrightError
from dockwright.registry import htpasswd

LINE = htpasswd.line("dockwright", "s3cret")


def test_the_file_holds_one_user_and_a_bcrypt_hash_of_cost_five() -> None:
    user, _, hashed = LINE.rstrip("\n").partition(":")
    assert user == "dockwright"
    assert hashed.startswith("$2y$05$")
    assert bcrypt.checkpw(b"s3cret", hashed.encode())
    assert LINE.count("\n") == 1


@pytest.mark.parametrize(
    "text",
    [LINE, LINE.rstrip("\n"), LINE.replace("$2y$", "$2b$")],
    # a salt is another one in each of the workers, which must name their tests alike
    ids=["as_written", "without_newline", "by_another_bcrypt"],
)
def test_a_file_that_lets_the_user_in_is_current(text: str) -> None:
    assert htpasswd.is_current(text, "dockwright", "s3cret")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(None, id="absent"),
        pytest.param("", id="empty"),
        pytest.param("dockwright:", id="no_hash"),
        pytest.param("dockwright:s3cret\n", id="the_password_itself"),
        pytest.param("dockwright:$2y$05$tooshort\n", id="broken_hash"),
        pytest.param(htpasswd.line("dockwright", "other"), id="another_password"),
        pytest.param(htpasswd.line("somebody", "s3cret"), id="another_user"),
        pytest.param(LINE + htpasswd.line("somebody", "s3cret"), id="a_second_user"),
        pytest.param(htpasswd.line("somebody", "s3cret") + LINE, id="a_second_user_before"),
    ],
)
def test_a_file_that_is_not_exactly_this_user_is_not_current(text: str | None) -> None:
    assert not htpasswd.is_current(text, "dockwright", "s3cret")


@pytest.mark.parametrize("user", ["", "a:b", "#a", " a", "a ", "a\nb", "\x85", "a" * 256])
def test_a_user_that_htpasswd_cannot_hold_is_refused(user: str) -> None:
    with pytest.raises(DockwrightError, match="registry user"):
        htpasswd.line(user, "s3cret")


@pytest.mark.parametrize("user", ["robot$ci", "org+bot", "ci@corp.test", "AWS", "a b", "-a", "ä"])
def test_a_user_of_any_other_characters_is_let_in(user: str) -> None:
    assert htpasswd.is_current(htpasswd.line(user, "s3cret"), user, "s3cret")


@pytest.mark.parametrize("password", ["", "x" * 73, "é" * 37, "two\nlines", "tab\t", "\udc80"])
def test_a_password_that_bcrypt_cannot_hold_is_refused_without_being_shown(password: str) -> None:
    with pytest.raises(DockwrightError, match="use 1 to 72 bytes") as raised:
        htpasswd.check("dockwright", password, "/etc/dockwright/registry.password")
    assert str(raised.value).startswith("/etc/dockwright/registry.password: (hidden) of ")
    assert not password or password not in str(raised.value)


@pytest.mark.parametrize("password", ["x", "x" * 72, "é" * 36, " $'\"\\ "])
def test_a_password_of_any_printable_characters_lets_in(password: str) -> None:
    text = htpasswd.line("dockwright", password)
    assert htpasswd.is_current(text, "dockwright", password)
