"""A folder walked: what a builder is sent of it, and what none can be sent."""

import os
import socket
from pathlib import Path

import pytest

from dockwright.chain.dialect import NEWEST, Dialect
from dockwright.chain.entries import Context
from dockwright.chain.ignore import rules
from dockwright.errors import DockwrightError

OLD = Dialect(buildkit=False, engine=(20, 10))


def _paths(folder: Path, ignore: str = "", dialect: Dialect = NEWEST) -> list[str]:
    found = Context(str(folder), rules(ignore, ".dockerignore"), dialect)
    return [entry.path for entry in found.entries]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in ("b/c/d.txt", "b/e", "a.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    return tmp_path


def test_entries_are_sorted_by_path_folders_among_them(folder: Path) -> None:
    assert _paths(folder) == ["a.txt", "b", "b/c", "b/c/d.txt", "b/e"]


def test_what_is_left_out_is_not_looked_into_unless_something_comes_back(folder: Path) -> None:
    assert _paths(folder, "b") == ["a.txt"]
    assert _paths(folder, "b\n!b/c/d.txt") == ["a.txt", "b/c/d.txt"]
    os.mkfifo(folder / "b/pipe")
    assert _paths(folder, "b") == ["a.txt"]


def test_an_entry_has_its_sort_its_size_and_whether_its_owner_may_run_it(folder: Path) -> None:
    (folder / "a.txt").chmod(0o744)
    (folder / "b/e").chmod(0o655)  # others may
    (folder / "b/link").symlink_to("../nowhere")
    (folder / "b/to").symlink_to("c")
    found = {entry.path: entry for entry in Context(str(folder), (), NEWEST).entries}
    assert {path: entry.kind for path, entry in found.items()} == {
        "a.txt": "file", "b": "folder", "b/c": "folder", "b/c/d.txt": "file", "b/e": "file",
        "b/link": "link", "b/to": "link",
    }  # fmt: skip
    assert [path for path, entry in found.items() if entry.executable] == ["a.txt"]
    assert (found["b/link"].target, found["b/to"].target) == ("../nowhere", "c")
    assert len(found["b/c/d.txt"]) == len("b/c/d.txt")


def test_names_of_any_bytes_are_kept(folder: Path) -> None:
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff"))).write_text("")
    [odd] = [entry for entry in Context(str(folder), (), NEWEST).entries if "\udcff" in entry.path]
    assert b"".join(odd.pieces()) == b""


def test_a_socket_is_passed_over_and_a_pipe_is_refused(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket"))
        assert "socket" not in _paths(folder)
    os.mkfifo(folder / "b/pipe")
    with pytest.raises(DockwrightError, match=r"/b/pipe: no file, folder or link; .* \.dockerign"):
        _paths(folder)


@pytest.mark.parametrize(
    ("ignore", "differs"),
    [("", False), ("b", False), ("b/c\n!b", True), ("b\n!b/e", False), ("a.txt\n!a.txt", False)],
)
def test_whether_an_old_builder_would_be_sent_others(
    folder: Path, ignore: str, differs: bool
) -> None:
    lines = rules(ignore, ".dockerignore")
    assert Context(str(folder), lines, NEWEST).old_differs is differs
    assert (_paths(folder, ignore) != _paths(folder, ignore, OLD)) is differs
