"""The tar that an engine is sent: always the same bytes, and all that counts in it."""

import io
import tarfile

from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.archive import archive
from dockwright.chain.context import Entry

CONTEXT = [
    Entry("Dockerfile", "file", b"FROM scratch"),
    Entry("bin", "folder"),
    Entry("bin/run", "file", b"#!", executable=True),
    Entry("link", "link", target="bin/run"),
    Entry("ü" * 200, "file", b"long"),
    Entry("\udcff", "file", b"no UTF-8"),
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
def test_the_bytes_hang_on_no_order(context: list[Entry]) -> None:
    made = archive("Dockerfile", "FROM scratch", context)
    assert made == archive("Dockerfile", "FROM scratch", CONTEXT)


def test_a_dockerfile_that_is_ignored_is_sent_and_kept_from_copy() -> None:
    made = archive("web.Dockerfile", "FROM scratch", [Entry("a", "file")])
    assert list(members(made)) == [".dockerignore", "a", "web.Dockerfile"]
    with tarfile.open(fileobj=io.BytesIO(made)) as tar:
        content = tar.extractfile(".dockerignore")
        assert content is not None
        assert content.read().split() == [b"web.Dockerfile", b".dockerignore"]


def test_an_ignore_file_of_the_context_is_sent_as_it_is() -> None:
    own = Entry(".dockerignore", "file", b"Dockerfile\n")
    with tarfile.open(fileobj=io.BytesIO(archive("Dockerfile", "FROM scratch", [own]))) as tar:
        content = tar.extractfile(".dockerignore")
        assert content is not None
        assert content.read() == b"Dockerfile\n"
