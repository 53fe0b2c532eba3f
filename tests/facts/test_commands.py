"""The commands of all facts: valid shell whatever their arguments hold, and true of what is there.

An argument that a command leaves unquoted shows here: it has quotes, spaces and substitutions.
"""

import inspect
import os
import pkgutil
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import dockwright.facts
from dockwright.box.answer import Answer
from dockwright.box.fact import Fact
from dockwright.facts.account import Account, Member
from dockwright.facts.content import Content, FileContent
from dockwright.facts.git import Repository
from dockwright.facts.ports import Ports

HOSTILE = """it's "$(touch hostile)" `touch hostile` ; touch hostile #"""
# facts that take arguments; the registry's name is checked, and can't be hostile
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "Account": (HOSTILE, 998, f"/srv/{HOSTILE}"),
    "Content": (f"/srv/{HOSTILE}",),
    "Data": ([HOSTILE, f"/srv/{HOSTILE}"],),
    "ImageRuns": (HOSTILE,),
    "Member": (HOSTILE,),
    "Newest": ([f"/srv/{HOSTILE}"],),
    "Password": (f"/srv/{HOSTILE}",),
    "Repository": (f"/srv/{HOSTILE}",),
    "Restarts": ("systemd", [HOSTILE]),
    "Trust": ("192.168.50.20:5000",),
    "Upgrade": ([HOSTILE],),
    "Variables": ([f"/srv/{HOSTILE}"],),
}
FACTS = [
    found
    for module in pkgutil.iter_modules(dockwright.facts.__path__, "dockwright.facts.")
    for _, found in inspect.getmembers(import_module(module.name), inspect.isclass)
    if issubclass(found, Fact) and found.__module__ == module.name
    if not found.__name__.startswith("_")
]
SHELLCHECK = Path(sys.executable).with_name("shellcheck")
# SC1091: the box's /etc/os-release is not here; SC2154: it sets what the script reads.
# SC2086: unit names, ours, are split into words on purpose; SC2016: HOSTILE is to stay as it is.
EXCLUDED = "SC1091,SC2154,SC2086,SC2016"


def _command(fact: type[Fact[Any]]) -> str:
    return str(fact().script(*ARGUMENTS.get(fact.__name__, ())))


def _sh(command: str, where: Path) -> list[str]:
    done = subprocess.run(
        ["sh", "-c", command], cwd=where, capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.splitlines()


def test_the_facts_are_found() -> None:
    names = {fact.__name__ for fact in FACTS}
    assert names >= {"Engine", "BootJobs", "Images", "AptArchives", "HostsFile", "Authorities"}
    assert names >= {*ARGUMENTS, "Authority", "ServerCertificate", "Login", "Server"}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_its_command_is_valid_shell(fact: type[Fact[Any]]) -> None:
    subprocess.run(["sh", "-n"], input=_command(fact), text=True, check=True, timeout=30)
    done = subprocess.run(
        [SHELLCHECK, "-s", "sh", "-e", EXCLUDED, "-"],
        input=_command(fact), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_no_output_is_its_default(fact: type[Fact[Any]]) -> None:
    assert fact().value(Answer(b"", 0, b"")) == fact.default()


@pytest.mark.parametrize(
    "fact", [Account, Content, Member, Repository], ids=lambda fact: fact.__name__
)
def test_a_hostile_argument_runs_nothing(fact: type[Fact[Any]], tmp_path: Path) -> None:
    _sh(_command(fact), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (["HEAD", "objects/"], "bare"),
        ([".git/"], "work tree"),
        ([".git"], "work tree"),
        ([], "empty"),
        (["README"], "other"),
        (["HEAD"], "other"),
        ([".hidden"], "other"),
    ],
)
def test_what_is_at_a_path_is_told(files: list[str], kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "my wiki"
    folder.mkdir()
    for name in files:
        if name.endswith("/"):
            (folder / name).mkdir()
        else:
            (folder / name).touch()
    command = str(Repository().script(str(folder)))
    assert Repository().read(_sh(command, tmp_path)).kind == kind
    absent = str(Repository().script(str(folder / "absent")))
    assert Repository().read(_sh(absent, tmp_path)).kind == "absent"


def test_an_account_and_its_home_are_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    found = Account().read(_sh(str(Account().script("root", 0, str(tmp_path))), tmp_path))
    assert found.user[0] == found.group[0] == "root"
    assert "root" in found.holders
    owner = tmp_path.stat()
    assert found.home == f"750 {owner.st_uid}:{owner.st_gid} directory"


def test_a_file_is_told_with_its_text_where_everybody_may_read_it(tmp_path: Path) -> None:
    def found(path: Path) -> FileContent:
        return Content().read(_sh(str(Content().script(str(path))), tmp_path))

    path = tmp_path / "it's a file"
    path.write_text("größe\n")
    path.chmod(0o644)
    assert (found(path).kind, found(path).mode, found(path).text) == ("file", "644", "größe\n")
    path.chmod(0o640)
    assert (found(path).mode, found(path).text) == ("640", None)
    link = tmp_path / "link"
    link.symlink_to(path)
    assert (found(link).kind, found(link).text) == (f"link to {path}", None)
    assert found(tmp_path).kind == "folder"
    assert found(tmp_path / "absent") == FileContent()


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_a_port_that_a_process_of_this_machine_holds_is_found_with_it(
    protocol: str, tmp_path: Path
) -> None:
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as held, socket.socket(socket.AF_INET, kind) as other:
        held.bind(("127.0.0.1", 0))
        if protocol == "tcp":
            held.listen()
        # of one that talks to somebody the port is its own, and no obstacle
        other.connect(held.getsockname())
        found = Ports().read(_sh(Ports().script(), tmp_path))
        [its] = [one for one in found if one.number == held.getsockname()[1]]
        assert (its.address, its.protocol, its.pid) == ("127.0.0.1", protocol, os.getpid())
        assert its.process
        assert other.getsockname()[1] not in [
            one.number for one in found if one.protocol == protocol
        ]
    found = Ports().read(_sh(Ports().script(), tmp_path))
    assert its not in found
