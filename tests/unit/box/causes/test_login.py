"""Causes at the SSH server: its host key, ours, the user, and what an account answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import paramiko
import pytest

from dockwright.box.causes import Asked, login
from tests.ssh_server import Server
from tests.unit.box.causes.here import KEY, OTHER, Here, check, jump, public, this_machine


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


def _changed(here: Here) -> dict[str, Any]:
    port = here.port()
    file = here.file("known", f"[127.0.0.1]:{port} {public(OTHER)}\n")
    return {"ssh_port": port, "ssh_known_hosts_file": file}


def _own_keys(here: Here) -> None:
    paramiko.RSAKey.generate(2048).write_private_key_file(str(here.home / "home/.ssh/id_rsa"))
    OTHER.write_private_key_file(str(here.home / "home/.ssh/id_ecdsa"))


def _two_keys(here: Here, ends_after: int) -> dict[str, Any]:
    _own_keys(here)
    return {"ssh_key": None, "ssh_port": here.port(Server(ends_after=ends_after))}


def _without_folder(here: Here) -> dict[str, Any]:
    (here.home / "home/.ssh").rmdir()
    (here.home / "home").rmdir()  # nor can it be made
    return {"ssh_port": here.port(), "ssh_known_hosts_file": None}


def _account(here: Here, answer: str) -> dict[str, Any]:
    return {"ssh_port": here.port(Server(keys=(KEY,), answer=answer.encode()))}


FORBIDDEN = paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
UNREACHED = paramiko.OPEN_FAILED_CONNECT_FAILED

# name of the cause: what is asked for; what is said behind `box docker: `, with * for what varies
CAUSES: dict[str, tuple[Callable[[Here], dict[str, Any]], str]] = {
    "host key changed": (
        _changed,
        "its host key is another than the one known (ecdsa-sha2-nistp256 SHA256:*); is it the box "
        "that you mean? Then run ssh-keygen -f HOME/known -R '[127.0.0.1]:*'",
    ),
    "host key unknown": (
        lambda here: {"ssh_port": here.port(), "ssh_strict_host_key_checking": "yes"},
        "its host key is not known ([127.0.0.1]:*: not in HOME/known); compare it with the box's "
        "own, then run ssh-keyscan -p * 127.0.0.1 >>HOME/known",
    ),
    "host key unknown and nobody to ask": (
        lambda here: {"ssh_port": here.port(), "ssh_strict_host_key_checking": "ask"},
        "its host key is not known ([127.0.0.1]:*: not in HOME/known, and nobody answers); *",
    ),
    "no folder for the host key": (
        _without_folder,
        "its host key can't be kept (~/.ssh/known_hosts: No such file or directory); make its "
        "folder, with mode 0700, and see its owner",
    ),
    "no key at all": (
        lambda here: {"ssh_port": here.port(), "ssh_key": None},
        "no key to log in with (user app); set ssh_key, or start an SSH agent and ssh-add one",
    ),
    "key refused": (
        lambda here: {"ssh_port": here.port(Server(banner="Go away\x1b[8m"))},
        "the key is refused (user app, key HOME/key; it says: Go away\\x1b[8m); put HOME/key.pub "
        "into authorized_keys of that user there, or correct ssh_user",
    ),
    "login as root refused": (
        lambda here: {"ssh_port": here.port(Server()), "ssh_user": "root"},
        "the login as root is refused (user root, key HOME/key); set ssh_user to a user with "
        "sudo, or see PermitRootLogin and root's authorized_keys there",
    ),
    "keys not taken": (
        lambda here: {"ssh_port": here.port(Server(methods="password"))},
        "its SSH server does not take that (user app, key HOME/key; it takes password); set "
        "ssh_password",
    ),
    "passwords not taken": (
        lambda here: {
            "ssh_port": here.port(Server(methods="publickey")),
            "ssh_key": None,
            "ssh_password": "guess",
        },
        "its SSH server does not take that (user app, a password; it takes publickey); set ssh_key",
    ),
    "password refused": (
        lambda here: {"ssh_port": here.port(), "ssh_key": None, "ssh_password": "guess"},
        "the password is refused (user app, a password); correct ssh_password, or ssh_user",
    ),
    "login ended": (
        lambda here: {"ssh_port": here.port(Server(ends_after=1))},
        "the login is ended by its SSH server (user app, key HOME/key); see its log: the account "
        "may be locked or expired",
    ),
    "too many keys, and more to come": (
        lambda here: _two_keys(here, 1),
        "too many keys refused, and the login ended (user app, key ~/.ssh/id_rsa, key "
        "~/.ssh/id_ecdsa); set ssh_key to the one that fits",
    ),
    "too many keys": (
        lambda here: _two_keys(here, 2),
        "too many keys refused, and the login ended (user app, key ~/.ssh/id_rsa, key "
        "~/.ssh/id_ecdsa); set ssh_key to the one that fits",
    ),
    "a jump host that lets nobody in": (
        lambda here: jump(here, Server()),
        "jump host localhost: the key is refused (user jumper, key ~/.ssh/id_rsa); put the public "
        "one into authorized_keys of that user there, or correct its User in HOME/config",
    ),
    "no session": (
        lambda here: {"ssh_port": here.port(Server(keys=(KEY,), sessions=UNREACHED))},
        "its SSH server opens no further session (Connect failed); raise MaxSessions there",
    ),
    "an account without a shell": (
        lambda here: _account(here, "This account is currently not available.\n"),
        "its user has no shell (user app: This account is currently not available.); give it one "
        "there with chsh, or set ssh_user",
    ),
    "a password that has expired": (
        lambda here: _account(here, "Password change required but no TTY available.\n"),
        "the password of its user has expired (user app: Password change *); change it there",
    ),
    "another user is wanted": (
        lambda here: _account(here, 'Please login as the user "debian" rather than "root".\n'),
        "its user is refused (user app: Please login as *); set ssh_user to the one that it names",
    ),
    "a command that is forced": (
        lambda here: _account(here, "\x1b]0;hello\x07\n"),
        "its user runs no command (user app: \\x1b]0;hello\\x07); see its shell and ForceCommand "
        "there",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_has_its_own_words(here: Here, cause: str) -> None:
    check(here, CAUSES[cause])


ASKED = Asked("docker", "192.0.2.1", user="app", key="/k")


@pytest.mark.parametrize(
    ("asked", "way"),
    [
        (ASKED, "put /k.pub into authorized_keys of that user there, or correct ssh_user"),
        (replace(ASKED, user="root"), "or see PermitRootLogin and root's authorized_keys there"),
        (replace(ASKED, key="", password=True), "correct ssh_password, or ssh_user"),
        (replace(ASKED, key="", is_jump=True), "or correct its User in ~/.ssh/config"),
    ],
)
def test_a_login_that_is_refused_has_the_way_out_of_what_was_shown(asked: Asked, way: str) -> None:
    found = login.login(paramiko.AuthenticationException("Authentication failed."), asked)
    assert found is not None
    assert found.endswith(way)
    assert login.login(ValueError("Authentication failed."), asked) is None


def test_what_the_server_says_goes_with_it_on_the_same_line() -> None:
    asked = replace(ASKED, said="closed\n for today\x1b[8m")
    for error in (
        paramiko.AuthenticationException("no"),
        paramiko.AuthenticationException("Authentication timeout."),
        paramiko.BadAuthenticationType("no", ["password"]),
    ):
        found = login.login(error, asked)
        assert found is not None
        assert "; it says: closed for today\\x1b[8m" in found


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Your account has expired.", "the account of its user has expired"),
        ("WARNING: Your password has expired.", "the password of its user has expired"),
        ("You are required to change your Password, required", "the password of its user has"),
        ("", "its user runs no command (user app: no word)"),
        ("x" * 999, "its user runs no command (user app: xxx"),
    ],
)
def test_an_account_that_lets_us_in_and_runs_nothing(said: str, why: str) -> None:
    found = login.account(said, ASKED)
    assert found.startswith(why)
    assert len(found) < 300


def test_only_a_refused_channel_is_a_session_that_is_not_opened() -> None:
    assert login.session(paramiko.SSHException("Connect failed"), ASKED) is None
    refused = paramiko.ChannelException(4, "Resource shortage")
    assert login.session(refused, ASKED) == (
        "its SSH server opens no further session (Resource shortage); raise MaxSessions there"
    )
