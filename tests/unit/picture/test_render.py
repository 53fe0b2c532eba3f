"""Labels with any text in them, through Graphviz too; and `dockwright graph`, as a user runs it."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.picture.render import _drawn, format_for, write

needs_graphviz = pytest.mark.skipif(
    shutil.which("dot") is None, reason="no Graphviz on this machine: apt-get install graphviz"
)


def test_the_format_is_the_one_asked_for_else_the_suffixs(tmp_path: Path) -> None:
    assert format_for(None, None) == "dot"
    assert format_for(Path("a.SVG"), None) == "svg"
    assert format_for(Path("a.gv"), None) == format_for(Path("a"), None) == "dot"
    assert format_for(Path("a.txt"), "png") == "png"


def test_a_file_is_written_whole_with_a_new_files_mode_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.dot"
    mask = os.umask(0o027)
    try:
        write(b"one", path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    finally:
        os.umask(mask)
    folder = tmp_path / "folder"
    (folder / "inside").mkdir(parents=True)
    with pytest.raises(DockwrightError, match="folder: Is a directory"):
        write(b"two", folder)
    assert sorted(tmp_path.iterdir()) == [path, folder]
    assert path.read_bytes() == b"one"


def test_a_link_and_what_is_no_regular_file_stay_what_they_are(tmp_path: Path) -> None:
    path, link, loop = tmp_path / "a.dot", tmp_path / "link.dot", tmp_path / "loop.dot"
    link.symlink_to("a.dot")
    write(b"one", link)
    assert link.is_symlink()
    assert path.read_bytes() == b"one"
    null = tmp_path / "null"
    os.mkfifo(null)
    reader = os.open(null, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(b"two", null)
        assert os.read(reader, 10) == b"two"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(null.stat().st_mode)
    loop.symlink_to("loop.dot")
    with pytest.raises(DockwrightError, match=r"loop\.dot: .*; name a file in a folder"):
        write(b"three", loop)


@needs_graphviz
def test_what_graphviz_does_not_take_is_one_line() -> None:
    with pytest.raises(DockwrightError, match=r"^--format svg: Graphviz ended with status 1; look"):
        _drawn("digraph {", "svg")
