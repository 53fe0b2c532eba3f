"""Whatever a user writes arrives as it is, or is refused: none of it is executed by a box's shell.

Every operation's commands are built from hostile values and run by a real sh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from case import flat
from hypothesis import given
from hypothesis import strategies as st
from pyinfra.api import FactBase
from pyinfra.api.exceptions import OperationError
from pyinfra.api.host import Host
from recorded import box
from shell import HOW, Shell, hostile

import dockwright.operations
from dockwright.commands.declare import Call, Fail
from dockwright.commands.script import Script
from dockwright.commands.write import Write
from dockwright.errors import DockwrightError
from dockwright.facts.account import MemberState
from dockwright.facts.boot import Boot, Container, Installed
from dockwright.facts.engine import EngineState
from dockwright.facts.image import EngineImage
from dockwright.facts.password import Kept
from dockwright.facts.registry import ServerCertificate
from dockwright.switching.switch import Switch

PEM = Path(__file__).parent.joinpath("fixtures/ca.crt")
ZENWEB = "dockwright-zenweb.web.1.service"
MADE = datetime(2026, 1, 1, tzinfo=UTC)
ALL = 99
UNITS = "/etc/systemd/system"


def _boot(word: str) -> Boot:
    """What a box says of itself may be hostile too: names of files that somebody put there."""
    there = Boot(init="systemd", active={ZENWEB: "active"}, enabled={ZENWEB: "enabled"})
    there.files = {
        f"{UNITS}/{name}": Installed("644:root:root", "")
        for name in (ZENWEB, f"dockwright-{word}.target")
    }
    there.overrides = {f"{UNITS}/{ZENWEB}.d/{word}.conf": ZENWEB}
    there.containers = {"zenweb.web.1": Container("sha256:0", True)}
    return there


def _facts(word: str, operation: str) -> dict[str, Any]:
    return {
        "BootJobs": _boot(word),
        "Member": MemberState(exists=True),
        "ServerCertificate": ServerCertificate().read(
            [f"issuer:{line}" for line in PEM.read_text().splitlines()]
        ),
        "Newest": 1e9,
        "Password": Kept(None if operation == "password.kept" else "a password", answered=True),
        "Images": {
            "zenweb:latest": EngineImage("sha256:1", (), (), (), {}, MADE),
            "sha256:1": EngineImage("sha256:1", (), (), (), {}, MADE),
            word: EngineImage("sha256:2", (), (), (), {}, MADE),
        },
        "Engine": EngineState(distribution="debian", release="12", init="systemd", dockerd="1"),
    }


# What each operation is given, where `p` is asked for each value and makes one of them hostile, or
# all. None: it builds no command line from values.
Pick = Callable[..., str]
OPERATIONS: dict[str, Callable[[Pick], dict[str, Any]] | None] = {
    "account.service": lambda p: {
        "user": p("stash"), "number": 60801, "home": p("/srv/stash", "/{}"), "mode": p("700"),
        "former": 998, "leaf": p("stash"),
    },
    "barrier.barrier": None,
    "boot.job": lambda p: {
        "leaf": p("zenweb"), "image": p("zenweb:latest"), "procfile": "Procfile",
        "env": {p("NAME"): p("value")}, "address": p("192.0.2.1"),
        "secrets": {p("SECRET"): p("/kept", "/{}")},
    },
    "boot.job that goes": lambda p: {"leaf": p("zenweb"), "present": False},
    "boot.restart": lambda p: {"leaf": p("zenweb"), "files": [p("/file", "/{}")]},
    "boot.only": lambda p: {"leaves": [p("other")]},
    "certificate.authorities": lambda p: {"pems": {p("corporate"): PEM.read_text()}},
    "clean.up": None,
    "clean.forget": None,
    "engine.package": lambda p: {"packages": [p("docker.io"), p("git")], "version": p("1.0")},
    "engine.service": None,
    "engine.room": None,
    "engine.volumes": None,
    "engine.config": lambda p: {"settings": {p("key"): p("value")}},
    "engine.user": lambda p: {"user": p("vagrant")},
    "git.repository": lambda p: {
        "path": p("/srv/wiki", "/{}"), "branch": p("main"), "owner": p("60802:60802"),
        "former": p("33:33"), "leaf": p("wiki"),
    },
    # a number
    "journal.bound": None,
    "hosts.entries": lambda p: {"entries": {p("192.0.2.1"): [p("a.example"), p("a")]}},
    "image.base": lambda p: {
        "tag": p("debian:bookworm"), "suite": p("bookworm"), "mirror": p("http://192.0.2.1/debian"),
        "security_mirror": p("http://192.0.2.1/security"), "refresh": True,
    },
    # these speak to the engine and to registries by their APIs
    "image.chain": None,
    "image.external": None,
    "image.mirror": None,
    "image.prune": None,
    "image.push": None,
    "image.access": None,
    "image.alike": None,
    "image.pull": None,
    "image.tag": None,
    "password.kept": lambda p: {"path": p("/kept/it", "/{}/it")},
    "registry.authority": None,
    "registry.certificate": lambda p: {
        "addresses": [p("192.0.2.1")], "hostnames": [p("registry.example")],
    },
    "registry.login": lambda p: {"user": p("dockwright"), "password": p("a password")},
    "registry.server": None,
    "registry.catalogue": lambda p: {
        "url": p("https://registry.example:8443", "https://{}/"), "addresses": [p("192.0.2.1")],
    },
    "registry.timer": lambda p: {"when": p("Sun 03:00")},
    # what it is given goes into no command
    "registry.switch": None,
    "registry.reload": None,
    "registry.renewal": lambda p: {
        "addresses": [p("192.0.2.1")], "hostnames": [p("registry.example")],
    },
    "registry.only": None,
    "registry.trust": lambda p: {"registry": p("192.0.2.1:5000"), "certificate": PEM.read_text()},
    # these speak to engines by their API alone
    "service.leaf": None,
    "service.only": None,
    "service.pause": None,
    "swarm.unlocked": None,
    "swarm.cluster": None,
    "swarm.only": None,
    "swarm.member": None,
    # names of packages are what the box's apt calls them, and only such
    "updates.packages": None,
    "updates.behind": None,
    "updates.unattended": None,
}  # fmt: skip


def _pick(word: str, which: int) -> Pick:
    asked = iter(range(100))

    def pick(valid: str, form: str = "{}") -> str:
        return form.format(word) if which in (next(asked), ALL) else valid

    return pick


def _asks(values: Callable[[Pick], dict[str, Any]]) -> int:
    """How many values it asks for."""
    asked: list[str] = []

    def pick(valid: str, form: str = "{}") -> str:
        asked.append(form)
        return valid

    values(pick)
    return max(len(asked), 1)


def _declared() -> Iterator[tuple[str, Any]]:
    for found in iter_modules(dockwright.operations.__path__):
        module = import_module(f"dockwright.operations.{found.name}")
        for name, value in vars(module).items():
            # a noun of several files is a package, which has the operations of all of them
            if hasattr(value, "_inner") and value.__module__.startswith(module.__name__):
                yield f"{found.name}.{name}", value


def test_every_operation_is_tried() -> None:
    named = {name.partition(" ")[0] for name in OPERATIONS}
    assert {name for name, _ in _declared()} == named


@pytest.mark.parametrize("line", ["echo $(touch canary)", 'sh -c "x; touch canary"', "x >canary"])
def test_a_canary_shows_what_is_executed(line: str, shell: Shell) -> None:
    with pytest.raises(AssertionError):
        shell.run(line)
    (shell.folder / "canary").unlink(missing_ok=True)


TRIED = sorted(name for name, values in OPERATIONS.items() if values)


@pytest.mark.parametrize("name", TRIED)
def test_an_operation_executes_nothing_that_it_was_given(
    name: str, shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = OPERATIONS[name]
    assert values is not None
    operation = dict(_declared())[name.partition(" ")[0]]
    monkeypatch.chdir(tmp_path)
    tried = {"run": 0, "refused": 0}

    @HOW
    @given(hostile, st.sampled_from([*range(_asks(values)), ALL]))
    def check(word: str, which: int) -> None:
        (tmp_path / "Procfile").write_text("web: docker run -p 80:80 zenweb\n")
        facts = _facts(word, name)

        def told(_: object, kind: type[FactBase[Any]], *__: object, **___: object) -> Any:
            return facts.get(kind.__name__, kind.default())

        monkeypatch.setattr(Host, "get_fact", told)
        monkeypatch.setattr("dockwright.commands.declare.route", lambda _: None)
        for module in ("boot.job", "password", "registry.login"):
            # `job` of the package is the operation, and not its module
            its = import_module(f"dockwright.operations.{module}")
            monkeypatch.setattr(its, "get_unseen", told)
        try:
            with box({}, True):
                commands = list(flat(operation._inner(**values(_pick(word, which)))))
        except (DockwrightError, OperationError):
            tried["refused"] += 1
            return
        tried["refused"] += any(isinstance(command, Fail) for command in commands)
        for command in commands:
            tried["run"] += _run(shell, command)

    # a few words may all be of those that there is nothing to do about
    for _ in range(5):
        check()
        if any(tried.values()):
            break
    assert any(tried.values())


def _run(shell: Shell, command: Any) -> bool:
    """Run what a command says to a shell, if it does; a script's arguments must arrive."""
    if isinstance(command, Script):
        # its text is its own, and linted; what matters here is that the arguments get to it
        seen = Script(command.what, 'true "$@"; cat "$@"', *command.args).command()
        calls = shell.run(seen.get_raw_value())
        assert calls == [["cat", *command.args]]
        shell.run(command.command().get_raw_value(), command.stdin or "")
        return True
    if isinstance(command, Write):
        calls = shell.run(command.command().get_raw_value(), command.text)
        assert ["rm", "-f", f"{command.path}.dockwright-new"] in calls
        return True
    if isinstance(command, Call | Switch):
        return False
    raw = command if isinstance(command, str) else command.get_raw_value()
    shell.run(raw, getattr(command, "connector_arguments", {}).get("_stdin") or "")
    return True
