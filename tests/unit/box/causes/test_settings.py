"""Causes on this machine: a key's file, ~/.ssh/config, a ProxyCommand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import paramiko
import pytest
from paramiko.ssh_exception import ProxyCommandFailure

from dockwright.box.causes import Asked, settings
from tests.unit.box.causes.here import KEY, Here, check, config, this_machine


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


def _locked(here: Here) -> str:
    KEY.write_private_key_file(str(here.home / "locked"), password="open")
    return str(here.home / "locked")


def _locked_at_home(here: Here) -> dict[str, Any]:
    KEY.write_private_key_file(str(here.home / "home/.ssh/id_rsa"), password="open")
    return {"ssh_port": here.port(), "ssh_key": None}


# name of the cause: what is asked for; what is said behind `box docker: `, with * for what varies
CAUSES: dict[str, tuple[Callable[[Here], dict[str, Any]], str]] = {
    "key file missing": (
        lambda here: {"ssh_key": str(here.home / "none")},
        "the file of its key is not there (HOME/none); make it, or correct ssh_key",
    ),
    "key file without a key": (
        lambda here: {"ssh_key": here.file("words", "no key\n")},
        "the file of its key holds no private key (HOME/words); correct ssh_key",
    ),
    "key that needs a passphrase": (
        lambda here: {"ssh_key": _locked(here)},
        "its key needs a passphrase (HOME/locked); ssh-add it, or set ssh_key_password",
    ),
    "key with another passphrase": (
        lambda here: {"ssh_key": _locked(here), "ssh_key_password": "wrong"},
        "the file of its key holds none that ssh_key_password opens (HOME/locked); correct "
        "ssh_key_password, or ssh_key",
    ),
    "key of one's own that needs a passphrase": (
        _locked_at_home,
        "its key needs a passphrase (~/.ssh/id_rsa); ssh-add it, or set ssh_key and "
        "ssh_key_password",
    ),
    "settings of SSH that can't be parsed": (
        lambda here: config(here, "nonsense\n"),
        "SSH's settings are in error (HOME/config: ConfigParseError: Unparsable line nonsense); "
        "mend the file",
    ),
    "a port that is no number": (
        lambda here: config(here, "Host *\n  Port abc\n"),
        "SSH's settings are in error (HOME/config: ValueError: *'abc'); mend the file",
    ),
    "settings that are not UTF-8": (
        lambda here: config(here, b"Host \xff\n"),
        "SSH's settings are in error (HOME/config: UnicodeDecodeError: *); mend the file",
    ),
    "settings that include themselves": (
        lambda here: config(here, "Include config\n"),
        "SSH's settings are in error (HOME/config: Exception: Include loop *); mend the file",
    ),
    "a command as proxy that fails": (
        lambda here: config(here, "Host *\n  ProxyCommand false\n"),
        "ProxyCommand gives no connection (false); run it by hand to see why, or mend HOME/config",
    ),
    "a command as proxy that is not there": (
        lambda here: config(here, "Host *\n  ProxyCommand /no/such %h\n"),
        "ProxyCommand has no such program (/no/such); install it, or mend HOME/config",
    ),
    "no such checking": (
        lambda here: {"ssh_port": here.port(), "ssh_strict_host_key_checking": "perhaps"},
        "no such checking of host keys (perhaps); write yes, accept-new, ask or no, in "
        "ssh_strict_host_key_checking or ~/.ssh/config",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_has_its_own_words(here: Here, cause: str) -> None:
    check(here, CAUSES[cause])


ASKED = Asked("docker", "192.0.2.1", key="/k")


@pytest.mark.parametrize(
    ("error", "asked", "said"),
    [
        (Exception("No such private key file: /k"), ASKED, "the file of its key is not there (/k)"),
        (paramiko.PasswordRequiredException("x"), ASKED, "its key needs a passphrase (/k); "
         "ssh-add it, or set ssh_key_password"),
        (paramiko.PasswordRequiredException("x"), replace(ASKED, key="", keys=("~/a", "~/b")),
         "its key needs a passphrase (~/a, ~/b); ssh-add it, or set ssh_key and ssh_key_password"),
        (paramiko.SSHException("Private key file is encrypted"), replace(ASKED, key=""),
         "its key needs a passphrase (in ~/.ssh)"),
        (Exception("Invalid private key file: /k"), ASKED, "the file of its key holds no private"),
        (Exception("Invalid key"), replace(ASKED, passphrase=True),
         "the file of its key holds none that ssh_key_password opens (/k)"),
    ],
)  # fmt: skip
def test_a_key_s_file_that_can_t_be_used(error: Exception, asked: Asked, said: str) -> None:
    found = settings.key_file(error, asked)
    assert found is not None
    assert found.startswith(said)


@pytest.mark.parametrize("error", [OSError(2, "No such file"), ValueError("abc"), Exception("x")])
def test_an_error_from_elsewhere_is_no_cause_on_this_machine(error: Exception) -> None:
    for cause in (settings.key_file, settings.config, settings.proxy):
        assert cause(error, ASKED) is None


def test_a_proxy_s_command_is_told_so_that_no_terminal_moves() -> None:
    found = settings.proxy(ProxyCommandFailure("nc \x1b[2J%h", "gone"), ASKED)
    assert found is not None
    assert found.startswith("ProxyCommand gives no connection (nc \\x1b[2J%h); ")
