"""Labels with any text in them, through Graphviz too; and `dockwright graph`, as a user runs it."""

import html
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.errors import DockwrightError
from dockwright.picture import layers
from dockwright.picture.dot import bold, label, plain, small, table
from dockwright.picture.render import format_for, render, write
from dockwright.picture.store import Layer

needs_graphviz = pytest.mark.skipif(
    shutil.which("dot") is None, reason="no Graphviz on this machine: apt-get install graphviz"
)
SVG = "{http://www.w3.org/2000/svg}"
PIECES = st.sampled_from(
    ["\\N", "\\", "\\\\", "\\n", '"', "<", ">", "<B>", "&", "&amp;", "]]>", "-->", "\n", "\0", "a"]
)
SIGNS = st.sampled_from(["\x1b[1m", "\ud800", "\uffff", "\u202e", "漢字", "grüße", "☃", "{|}", "%"])
TEXTS = st.one_of(st.text(max_size=30), st.lists(st.one_of(PIECES, SIGNS), max_size=8).map("".join))


@given(TEXTS)
def test_a_label_says_the_text_and_nothing_else(text: str) -> None:
    for made in (label([bold(text), small(text)]), table([bold(text)])):
        read = ElementTree.fromstring(f"<x>{made[1:-1]}</x>")  # noqa: S314  our own text
        parts = list(read.itertext())
        assert {part.replace("\\\\", "\\") for part in parts} == {plain(text) or " "}


@needs_graphviz
@settings(max_examples=15, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_graphviz_shows_hostile_texts_as_they_are(texts: list[str]) -> None:
    found = [
        Layer(f"sha256:{at:064x}", None, f"RUN {text}", at, (f"n{text}",), 1)
        for at, text in enumerate(texts)
    ]
    svg = ElementTree.fromstring(render(layers.draw(found, f"box {texts[0]}"), "svg"))  # noqa: S314
    nodes = [node for node in svg.iter(f"{SVG}g") if node.get("class") == "node"]
    shown = {}
    for node in nodes:
        title = node.findtext(f"{SVG}title") or ""
        at = int(title, 16)
        shown[at] = [_settled(written.text or "") for written in node.iter(f"{SVG}text")]
        tip = next(node.iter(f"{SVG}a")).get("{http://www.w3.org/1999/xlink}title")
        assert _settled(tip or "") == _settled(f"{plain(f'RUN {texts[at]}')} ({at} bytes)")
    assert {at: lines[0] for at, lines in shown.items()} == {
        at: _settled(plain(f"n{text}")) for at, text in enumerate(texts)
    }


def _settled(text: str) -> str:
    """Graphviz writes a text that looks like an entity as one: &amp;lt; becomes &lt;."""
    while (read := html.unescape(text)) != text:
        text = read
    return text


def graph(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    program = Path(sys.executable).with_name("dockwright")
    return subprocess.run(
        [str(program), "graph", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def images(tmp_path: Path) -> Path:
    for name, text in {
        "base": "ARG BASE=debian:bookworm\nFROM $BASE\n",
        "java": "FROM base\n",
        "web": "FROM java\nCOPY --from=base /a /a\n",
    }.items():
        (tmp_path / "images" / name).mkdir(parents=True)
        (tmp_path / "images" / name / "Dockerfile").write_text(text)
    (tmp_path / "images/web/Procfile").write_text("web: docker run -p 80:8080 web\n")
    (tmp_path / "images/web/VERSION").write_text("2.7.0\n")
    return tmp_path


def test_dot_goes_to_standard_output_and_takes_no_graphviz(images: Path) -> None:
    ended = graph("chain", cwd=images, PATH="")
    assert ended.returncode == 0, ended.stderr
    said = ended.stdout.decode()
    assert re.search(r"web \[label=<<B>web</B>.*version 2\.7\.0.*port 80:8080", said)
    assert "base -> java\n" in said
    assert "base -> web [style=dashed]\n" in said
    assert '"outside debian bookworm" -> base\n' in said


def test_build_arguments_and_externals_mean_what_they_do_for_images_plan(images: Path) -> None:
    ended = graph("chain", "--arg", "BASE=mine:1", "--external", "mine:1", "--arg", "N=1",
        cwd=images)  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert b'"outside mine 1" -> base' in ended.stdout
    assert ended.stderr == b"warning: --arg N: no Dockerfile below images has ARG N\n"


@needs_graphviz
@pytest.mark.parametrize(
    ("form", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("dot", b"d")]
)
def test_the_same_input_gives_the_same_bytes(images: Path, form: str, begins: bytes) -> None:
    made = []
    for seed in ("0", "1", "4242"):
        ended = graph("chain", "images", "-o", f"{seed}.{form}", cwd=images, PYTHONHASHSEED=seed)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
        made.append((images / f"{seed}.{form}").read_bytes())
    assert made[0].startswith(begins)
    assert len(set(made)) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "png"], b"error: --format png: no Graphviz on this machine; install the "
         b"package graphviz, or use --format dot\n"),
        (["-o", "a.pdf"], b"error: a.pdf: no picture format of that suffix; use .dot, .svg or "
         b".png, or give --format\n"),
        (["-o", "none/a.dot"], b"error: none/a.dot: No such file or directory; name a file in a "
         b"folder that you may write to\n"),
        (["nowhere"], b"error: nowhere: no such folder; name the one with the image folders\n"),
    ],
)  # fmt: skip
def test_an_error_is_one_line(images: Path, arguments: list[str], said: bytes) -> None:
    ended = graph("chain", *arguments, cwd=images, PATH="")
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, b"", said)


def test_a_procfile_that_cannot_be_read_is_named(images: Path) -> None:
    (images / "images/web/Procfile").write_text("web: docker run -p 0:0 web\n")
    ended = graph("chain", cwd=images)
    assert ended.returncode == 1
    assert ended.stderr.startswith(b"error: images/web/Procfile:1: --publish 0:0: 0: not a port")


def test_a_box_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "site.py").write_text('docker_hosts = ["docker"]\n')
    unknown = graph("layers", "-i", "site.py", "--box", "dokcer", cwd=tmp_path)
    assert (unknown.returncode, unknown.stderr) == (
        1,
        b"error: box dokcer: not in the inventory; did you mean docker?\n",
    )
    none = graph("layers", cwd=tmp_path, DOCKWRIGHT_INVENTORY="mine.py")
    assert none.returncode == 1
    assert none.stderr.startswith(b"error: inventory mine.py: no such file in ")


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
        render("digraph {", "svg")
