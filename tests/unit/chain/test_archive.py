"""The tar that an engine is sent: always the same bytes, and all that counts in it."""

import io
import os
import tarfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.archive import Archive, archive
from dockwright.chain.context import PIECE, ContextEntry
from dockwright.chain.read import read
from dockwright.errors import DockwrightError

CONTEXT = [
    ContextEntry("Dockerfile", "file", b"FROM scratch"),
    ContextEntry("bin", "folder"),
    ContextEntry("bin/run", "file", b"#!", executable=True),
    ContextEntry("link", "link", target="bin/run"),
    ContextEntry("ü" * 200, "file", b"long"),
    ContextEntry("\udcff", "file", b"no UTF-8"),
]


def members(made: bytes) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(made), encoding="utf-8") as tar:
        return {member.name: member for member in tar}


def test_what_counts_is_in_it_and_nothing_of_the_machine() -> None:
    made = archive("Dockerfile", "FROM scratch", CONTEXT)
    found = members(made)
    assert sorted(found) == sorted(entry.path for entry in CONTEXT)
    assert {(m.mtime, m.uid, m.gid, m.uname) for m in found.values()} == {(0, 0, 0, "")}
    assert (found["bin/run"].mode, found["Dockerfile"].mode) == (0o755, 0o644)
    assert (found["bin"].isdir(), found["link"].issym()) == (True, True)
    assert found["link"].linkname == "bin/run"
    with tarfile.open(fileobj=io.BytesIO(made)) as tar:
        content = tar.extractfile("ü" * 200)
        assert content is not None
        assert content.read() == b"long"


@given(st.permutations(CONTEXT))
def test_the_bytes_hang_on_no_order(context: list[ContextEntry]) -> None:
    made = archive("Dockerfile", "FROM scratch", context)
    assert made == archive("Dockerfile", "FROM scratch", CONTEXT)


def test_a_dockerfile_that_is_ignored_is_sent_and_kept_from_copy() -> None:
    made = archive("web.Dockerfile", "FROM scratch", [ContextEntry("a", "file")])
    assert list(members(made)) == [".dockerignore", "a", "web.Dockerfile"]
    with tarfile.open(fileobj=io.BytesIO(made)) as tar:
        content = tar.extractfile(".dockerignore")
        assert content is not None
        assert content.read().split() == [b"web.Dockerfile", b".dockerignore"]


def test_an_ignore_file_of_the_context_is_sent_as_it_is() -> None:
    own = ContextEntry(".dockerignore", "file", b"Dockerfile\n")
    with tarfile.open(fileobj=io.BytesIO(archive("Dockerfile", "FROM scratch", [own]))) as tar:
        content = tar.extractfile(".dockerignore")
        assert content is not None
        assert content.read() == b"Dockerfile\n"


def big(folder: Path, size: int) -> Archive:
    (folder / "web").mkdir()
    (folder / "web/Dockerfile").write_text("FROM scratch\n")
    with (folder / "web/data").open("wb") as file:
        file.truncate(size)
    [source] = read(folder)
    return Archive(source.dockerfile, source.text, source.context)


def test_its_length_is_known_before_it_is_made_and_it_can_be_made_again(tmp_path: Path) -> None:
    made = big(tmp_path, 3 * PIECE + 1)
    whole = b"".join(made)
    assert len(made) == len(whole) == len(b"".join(made))
    assert members(whole)["data"].size == 3 * PIECE + 1


def test_a_file_is_in_memory_by_pieces_alone(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        made = big(tmp_path, 200 * PIECE)
        assert sum(map(len, made)) == len(made)
        assert tracemalloc.get_traced_memory()[1] < 4 * PIECE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(b"x" * 5),
        lambda path: path.write_bytes(b"x" * 7),
        lambda path: path.write_bytes(b"y" * 6),
        os.unlink,
    ],
    ids=["shorter", "longer", "other", "gone"],
)
def test_a_file_that_is_another_one_by_then_is_an_error(tmp_path: Path, change: object) -> None:
    made = big(tmp_path, 6)
    data = tmp_path / "web/data"
    data.write_bytes(b"x" * 6)
    [source] = read(tmp_path)
    assert [entry.digest for entry in source.context]
    made = Archive(source.dockerfile, source.text, source.context)
    change(data)  # type: ignore[operator]
    with pytest.raises(DockwrightError, match=r"web/data: (changed since|No such)"):
        b"".join(made)
