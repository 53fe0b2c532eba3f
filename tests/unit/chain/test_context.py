"""Entries of a context: what counts for their digest, and a file that changes before it is sent."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.context import PIECE, ContextEntry
from dockwright.errors import DockwrightError

FILE = ContextEntry("a", "file", b"text")


@pytest.mark.parametrize(
    "other",
    [
        ContextEntry("a", "file", b"text", executable=True),
        ContextEntry("a", "file", b"other"),
        ContextEntry("a", "folder"),
        ContextEntry("a", "link", target="text"),
        ContextEntry("a", "link", target="other"),
    ],
)
def test_sort_content_target_and_the_execute_bit_count(other: ContextEntry) -> None:
    assert other.digest != FILE.digest


def test_where_it_lies_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere"
    path.write_bytes(b"text")
    on_disk = ContextEntry("b", "file", file=str(path), size=4)
    assert on_disk.digest == FILE.digest
    assert (len(on_disk), len(FILE), len(ContextEntry("c", "folder"))) == (4, 4, 0)


def test_a_link_may_lead_to_any_bytes() -> None:
    targets = [b"a".decode(), b"\xff".decode("utf-8", "surrogateescape"), "ÿ"]
    assert len({ContextEntry("a", "link", target=target).digest for target in targets}) == 3


@given(st.binary(max_size=100), st.integers(0, 3))
def test_its_pieces_are_its_content_whatever_its_size(rest: bytes, pieces: int) -> None:
    content = bytes(PIECE) * pieces + rest
    entry = ContextEntry("a", "file", content)
    assert b"".join(entry.pieces()) == content


@pytest.mark.parametrize("later", [b"tex", b"text and more", b"tEXt"])
def test_a_file_that_changed_since_is_not_sent_as_if_it_were_the_same(
    tmp_path: Path, later: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"text")
    entry = ContextEntry("file", "file", file=str(path), size=4)
    assert entry.digest == FILE.digest
    path.write_bytes(later)
    with pytest.raises(DockwrightError, match="changed since it was read; run it again once it"):
        list(entry.pieces())


def test_no_more_is_sent_of_a_file_that_grows_than_was_announced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 3)
    entry = ContextEntry("file", "file", file=str(path), size=3)
    path.write_bytes(b"x" * (2 * PIECE))
    sent = b""
    with pytest.raises(DockwrightError):
        for piece in entry.pieces():
            sent += piece
    assert len(sent) <= 3


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    gone = ContextEntry("x", "file", file=f"{tmp_path}/gone\n", size=1)
    with pytest.raises(DockwrightError, match=r"/gone.*: No such file or directory; see its owner"):
        _ = gone.digest
    with pytest.raises(DockwrightError, match="Is a directory; see its owner and mode"):
        _ = ContextEntry("x", "file", file=str(tmp_path), size=1).digest
