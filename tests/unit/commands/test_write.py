"""A file is written whole with its mode, and its text is in no argument."""

import os
import subprocess
from pathlib import Path
from typing import Any

from dockwright.commands.write import Write

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
