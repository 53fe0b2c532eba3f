"""A secret reaches its file whole and with its mode, and is in no argument on the way."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.operation import add_op

from dockwright.commands.declare import Commands, operation
from dockwright.commands.secret import hides, reveal
from dockwright.commands.write import Write
from dockwright.operations import registry

OWNER = f"{os.getuid()}:{os.getgid()}"


def _run(write: Write, **options: Any) -> subprocess.CompletedProcess[str]:
    arguments = ["sh", "-c", write.command().get_raw_value()]
    return subprocess.run(arguments, input=write.text, text=True, capture_output=True, **options)


def test_a_secret_is_written_whole_with_its_mode_and_in_no_argument(tmp_path: Path) -> None:
    path = tmp_path / "it's a secret"
    path.write_text("former")
    path.chmod(0o644)
    write = Write(str(path), "s3cret $x\n", mode=0o640, owner=OWNER)
    assert "s3cret" not in write.command().get_raw_value() + repr(write)
    _run(write, check=True)
    assert path.read_text() == "s3cret $x\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_files_place_is_an_error_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.mkdir()
    (path / "kept").touch()
    assert _run(Write(str(path), "s3cret", mode=0o600, owner=OWNER), check=False).returncode != 0
    assert [file.name for file in path.iterdir()] == ["kept"]


def test_an_empty_folder_in_the_files_place_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.mkdir()
    _run(Write(str(path), "s3cret", mode=0o600, owner=OWNER), check=True)
    assert path.read_text() == "s3cret"


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
