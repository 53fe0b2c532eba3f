"""Secrets that others could have read: made anew where they are ours, else told."""

from datetime import UTC, datetime
from typing import Any

import pytest
from case import shown
from pyinfra.context import ctx_state
from recorded import box

from dockwright.box.this_run import this_run
from dockwright.facts.registry import Login
from dockwright.operations import registry
from dockwright.registry import htpasswd

KEPT = """\
mode:755 0:0 /etc/dockwright
mode:{password} /etc/dockwright/registry.password
mode:750 0:5000 /etc/dockwright/registry
mode:{htpasswd} /etc/dockwright/registry/htpasswd
password:s3cret
htpasswd:dockwright:$2y$05$fBO/HlRQCFsGIh6waeALm.H/3F1NrsNYe4oQBB2pVrLpNst2ei3Ly"""


def _run(operation: Any, facts: dict[str, Any], *args: Any, **kwargs: Any) -> tuple[Any, list[str]]:
    with box(facts, executing=True) as said:
        return [shown(command) for command in operation._inner(*args, **kwargs)], said


@pytest.mark.parametrize(
    ("of_password", "of_hash", "named"),
    [
        ("644 0:0", "640 0:5000", "/etc/dockwright/registry.password"),
        ("600 1000:0", "640 0:5000", "/etc/dockwright/registry.password"),
        ("600 0:0", "644 0:5000", "/etc/dockwright/registry/htpasswd"),
    ],
)
def test_a_login_of_its_own_is_made_anew(of_password: str, of_hash: str, named: str) -> None:
    printed = KEPT.format(password=of_password, htpasswd=of_hash)
    commands, said = _run(registry.login, {"registry.Login": printed})
    written = {command["write"]: command["text"].strip() for command in commands}
    assert written.keys() == {
        "/etc/dockwright/registry.password",
        "/etc/dockwright/registry/htpasswd",
    }
    new = written["/etc/dockwright/registry.password"]
    assert new != "s3cret"
    assert len(new) > 32
    assert htpasswd.is_current(written["/etc/dockwright/registry/htpasswd"], "dockwright", new)
    assert said == [f"registry's login: {named}: others could have read it; a new password"]
    assert new not in str(said)


@pytest.mark.parametrize(("password", "short"), [("a", True), ("x" * 11, True), ("x" * 12, False)])
def test_a_short_password_that_is_given_is_told(password: str, short: bool) -> None:
    with box(
        {"registry.Login": KEPT.format(password="600 0:0", htpasswd="640 0:5000")}, executing=True
    ):
        list(registry.login._inner(password=password))
        told = [*this_run(ctx_state.get()).notes, *this_run(ctx_state.get()).reminders]
    assert any("fewer than 12 characters" in line for line in told) is short
    assert password not in "".join(told) or password == "a"


def test_a_login_that_is_given_is_told_and_closed() -> None:
    printed = KEPT.format(password="644 0:0", htpasswd="640 0:5000")
    commands, said = _run(registry.login, {"registry.Login": printed}, password="s3cret")
    assert [command["write"] for command in commands] == ["/etc/dockwright/registry.password"]
    assert said == [
        "registry's login: /etc/dockwright/registry.password: others could have read it; the "
        "password is given: change it where it comes from"
    ]


def test_one_that_is_given_anew_anyway_is_not_told() -> None:
    printed = KEPT.format(password="644 0:0", htpasswd="640 0:5000")
    _, said = _run(registry.login, {"registry.Login": printed}, password="another")
    assert said == []
    assert Login().read(printed.splitlines()).exposed("/etc/dockwright/registry.password")


@pytest.mark.parametrize(("made", "anew"), [(1795500000, True), (1795521500, False)])
def test_a_login_that_its_box_made_before_a_moment_is_made_anew(made: int, anew: bool) -> None:
    printed = KEPT.format(password="600 0:0", htpasswd="640 0:5000")
    since = datetime.fromtimestamp(1795521000, UTC)
    printed += f"\nnow:1795521600\nmade:{made}"
    commands, _ = _run(registry.login, {"registry.Login": printed}, since=since)
    written = [command["write"].rpartition("/")[2] for command in commands]
    assert written == (["registry.password", "htpasswd"] if anew else [])
