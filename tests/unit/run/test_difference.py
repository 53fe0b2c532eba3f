"""A file as it is against what is declared: its difference, and of a secret none."""

import pytest

from dockwright.facts.content import FileContent
from dockwright.run.difference import file_change

OURS = ("root:root", "0:0")


def _text(kind: str, mode: str, text: str | None) -> FileContent:
    return FileContent(kind, mode, OURS, text)


@pytest.mark.parametrize(
    ("there", "mode", "expected"),
    [
        (
            _text("file", "644", "one\ntwo\n"),
            0o644,
            "--- /etc/x\n+++ /etc/x (declared)\n@@ -1,2 +1,2 @@\n one\n-two\n+2",
        ),
        (_text("file", "666", "one\n2\n"), 0o644, "mode 666 -> 644"),
        (
            FileContent("file", "644", ("me:us", "5:6"), "one\n2\n"),
            0o644,
            "owner me:us -> root:root",
        ),
        (
            FileContent(),
            0o644,
            "--- /dev/null\n+++ /etc/x (declared)\n@@ -0,0 +1,2 @@\n+one\n+2",
        ),
        (_text("file", "600", None), 0o600, "(secret) differs"),
        (_text("file", "644", "s3cret"), 0o600, "(secret) differs\nmode 644 -> 600"),
        (_text("file", "600", None), 0o644, "(secret) differs\nmode 600 -> 644"),
        (_text("link to /x", "644", "one\n2\n"), 0o644, "is a link to /x, not a file"),
        (
            _text("file", "644", "one\r\n2"),
            0o644,
            "--- /etc/x\n+++ /etc/x (declared)\n@@ -1,2 +1,2 @@\n-one\\r\n-2\n"
            "\\ No newline at end of file\n+one\n+2",
        ),
        (
            FileContent("file", "644", ("root:root", "0:0"), None, is_large=True),
            0o644,
            "differs (too large to be shown)",
        ),
        (
            FileContent("file", "644", ("root:root", "0:0"), None, is_large=True),
            0o600,
            "(secret) differs\nmode 644 -> 600",
        ),
        (FileContent(), 0o640, "(secret) is not there"),
    ],
)
def test_a_file_is_compared_and_a_secret_one_never_shown(
    there: FileContent, mode: int, expected: str
) -> None:
    found = file_change("/etc/x", "one\n2\n", there, mode, "root:root")
    assert found.difference == expected
    assert found.secret == expected.startswith("(secret)")
