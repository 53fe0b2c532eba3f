"""What pyinfra was asked for when it connected, and how an exception is looked into."""

from __future__ import annotations

from typing import Any

import pytest

from dockwright.box.causes import Asked, line
from dockwright.box.causes.asked import chain, functions, words


def test_what_nobody_foresaw_is_one_line_too() -> None:
    assert line(KeyError("a\nb\x1b[31m"), Asked("docker", "192.0.2.1")) == (
        "box docker: cannot be reached (KeyError: 'a\\nb\\x1b[31m'); see its data in the inventory"
    )


@pytest.mark.parametrize(
    ("address", "port", "at", "known_as"),
    [
        ("web1", 22, "web1:22", "web1"),
        ("web1", 2222, "web1:2222", "[web1]:2222"),
        ("fd00::1", 22, "[fd00::1]:22", "fd00::1"),
        ("fd00::1", 2222, "[fd00::1]:2222", "[fd00::1]:2222"),
        ("web1\x1b[2J", 22, "web1\\x1b[2J:22", "web1\\x1b[2J"),
    ],
)
def test_where_it_is_and_what_known_hosts_calls_it(
    address: str, port: int, at: str, known_as: str
) -> None:
    asked = Asked("docker", address, port)
    assert (asked.at, asked.known_as) == (at, known_as)


@pytest.mark.parametrize(
    ("given", "who"),
    [
        ({}, "user unknown"),
        ({"user": "app", "key": "/k", "keys": ("/a",), "agent": True}, "user app, key /k"),
        ({"user": "app", "keys": ("/a", "/b"), "agent": True},
         "user app, key /a, key /b, the agent's keys"),
        ({"user": "app", "password": True}, "user app, a password"),
    ],
)  # fmt: skip
def test_who_asked_is_told_with_what_was_shown_and_no_secret(
    given: dict[str, Any], who: str
) -> None:
    assert Asked("docker", "web1", **given).who == who


def test_what_a_jump_host_lacks_is_in_the_settings_of_ssh() -> None:
    assert Asked("docker", "a").its("ssh_key") == "ssh_key"
    jump = Asked("docker", "a", config="/c", is_jump=True)
    assert jump.its("ssh_key") == "its IdentityFile in /c"


def test_what_an_error_came_from_tells_more_and_a_circle_of_them_ends() -> None:
    first, second = ValueError("first"), OSError("second")
    second.__cause__, first.__context__ = first, second
    assert list(chain(second)) == [second, first]
    assert list(chain(None)) == []


def test_the_functions_that_an_error_came_through_are_known_with_their_variables() -> None:
    def inner(place: str) -> None:
        raise KeyError(place)

    with pytest.raises(KeyError) as raised:
        inner("here")
    assert functions(raised.value)["inner"]["place"] == "here"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError(), "KeyError"),
        (ValueError("a\n  b"), "ValueError: a b"),
        (ValueError("\x1b[31m"), "ValueError: \\x1b[31m"),
        (ValueError("x" * 300), f"ValueError: {'x' * 199}…"),
    ],
)
def test_an_error_s_words_are_one_line(error: Exception, said: str) -> None:
    assert words(error) == said
