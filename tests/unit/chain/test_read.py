"""An image's folder as it is on disk: its digest hangs on what counts, and on nothing else."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.chain.graph import order
from dockwright.chain.read import read
from dockwright.chain.source import Source
from dockwright.errors import DockwrightError

FILES = {"Dockerfile": "FROM scratch\nCOPY . /\n", "a.txt": "a", "ü/b": "b", "ü/c/d": "", "z": "z"}


def image(folder: Path, files: dict[str, str], umask: int = 0o022) -> Path:
    former = os.umask(umask)
    try:
        for name, text in files.items():
            (folder / "web" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "web" / name).write_text(text)
    finally:
        os.umask(former)
    return folder


def only(folder: Path) -> Source:
    [source] = read(folder)
    return source


def digest(folder: Path) -> str:
    [found] = order(read(folder))
    return found.recipe.digest


@settings(max_examples=25, deadline=None)
@given(
    names=st.permutations(sorted(FILES)),
    umask=st.sampled_from([0o000, 0o022, 0o077]),
    mtime=st.integers(0, 2**31),
)
def test_the_digest_hangs_on_no_umask_time_or_order_of_a_file_system(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], umask: int, mtime: int
) -> None:
    plain = image(tmp_path_factory.mktemp("plain"), FILES)
    other = image(tmp_path_factory.mktemp("other"), {name: FILES[name] for name in names}, umask)
    for path in other.rglob("*"):
        os.utime(path, (mtime, mtime))
    assert digest(other) == digest(plain)


@pytest.mark.parametrize("encoding", [{"PYTHONUTF8": "1"}, {"PYTHONUTF8": "0", "LC_ALL": "C"}])
def test_the_digest_hangs_on_no_locale(tmp_path: Path, encoding: dict[str, str]) -> None:
    image(tmp_path, FILES)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/web/\xff\xfe")).write_text("no UTF-8 name")
    (tmp_path / "web" / "link").symlink_to("ü")
    program = (
        "import sys; from pathlib import Path; from dockwright.chain.read import read; "
        "from dockwright.chain.graph import order; "
        "print(order(read(Path(sys.argv[1])))[0].recipe.digest)"
    )
    made = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env={**os.environ, "PYTHONCOERCECLOCALE": "0", **encoding},
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.strip() == digest(tmp_path)


def test_the_digest_of_this_tree_is_the_same_on_every_machine(tmp_path: Path) -> None:
    # a known value: whoever changes what counts rebuilds every image of every site
    known = "bd534039dfb4dee7c2a2e976fe772ec62f5937389566070bb38bb767d186b6fa"
    assert digest(image(tmp_path, FILES)) == known


@pytest.mark.parametrize(
    "edit",
    [
        lambda web: (web / "a.txt").write_text("b"),
        lambda web: (web / "a.txt").chmod(0o755),
        lambda web: (web / "a.txt").rename(web / "b.txt"),
        lambda web: (web / "new").mkdir(),
        lambda web: (web / "new").symlink_to("a.txt"),
        lambda web: (web / "a.txt").unlink() or (web / "a.txt").symlink_to("z"),
        lambda web: (web / "Dockerfile").write_text("FROM scratch\nCOPY . / \n"),
        lambda web: (web / ".dockerignore").write_text("z\n"),
    ],
    ids=["content", "executable", "name", "folder", "link", "kind", "Dockerfile", "ignore file"],
)
def test_the_digest_changes_with_whatever_counts(tmp_path: Path, edit: object) -> None:
    former = digest(image(tmp_path, FILES))
    edit(tmp_path / "web")  # type: ignore[operator]
    assert digest(tmp_path) != former


def test_what_is_ignored_counts_for_nothing(tmp_path: Path) -> None:
    ignoring = {**FILES, ".dockerignore": "*.log\nlogs\n!logs/kept.log\n"}
    former = digest(image(tmp_path, {**ignoring, "logs/kept.log": ""}))
    image(tmp_path, {"a.log": "1", "logs/b": "2"})
    assert digest(tmp_path) == former
    assert "logs/kept.log" in [entry.path for entry in only(tmp_path).context]


def test_a_dockerfiles_own_ignore_file_goes_before_the_folders(tmp_path: Path) -> None:
    image(tmp_path, {**FILES, ".dockerignore": "z", "Dockerfile.dockerignore": "a.txt"})
    paths = [entry.path for entry in only(tmp_path).context]
    assert "z" in paths
    assert "a.txt" not in paths


def test_one_folder_can_hold_several_images_and_other_images_folders(tmp_path: Path) -> None:
    texts = {"worker.Dockerfile": "FROM web\n", "inner/Dockerfile": "FROM scratch\n"}
    found = {source.name: source for source in read(image(tmp_path, {**FILES, **texts}))}
    assert sorted(found) == ["inner", "web", "worker"]
    assert found["worker"].context == found["web"].context
    assert "inner/Dockerfile" in [entry.path for entry in found["web"].context]
    assert found["worker"].dockerfile == "worker.Dockerfile"


def test_a_link_is_kept_and_never_followed(tmp_path: Path) -> None:
    image(tmp_path, FILES)
    (tmp_path / "web" / "up").symlink_to("..")
    (tmp_path / "web" / "gone").symlink_to("/nowhere")
    links = {e.path: e.target for e in only(tmp_path).context if e.kind == "link"}
    assert links == {"up": "..", "gone": "/nowhere"}


def test_a_procfile_makes_a_leaf_and_a_version_a_tag(tmp_path: Path) -> None:
    image(tmp_path, {**FILES, "Procfile": "web: x\n", "VERSION": "2.7.0\n"})
    [found] = order(read(tmp_path))
    assert found.leaf
    assert found.tags == ("latest", "2.7.0", f"r-{found.recipe.digest[:12]}")


@pytest.mark.parametrize("version", ["", "2.7\n2.8\n", "a b", "-1", "latest", "x" * 129, "ü"])
def test_a_version_that_is_no_tag_is_an_error_with_file_and_line(
    tmp_path: Path, version: str
) -> None:
    image(tmp_path, {**FILES, "VERSION": version})
    with pytest.raises(DockwrightError, match=r"web/VERSION:1: .*write one tag"):
        read(tmp_path)


def test_a_socket_is_left_out_and_a_pipe_is_an_error_unless_it_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image(tmp_path, FILES)
    monkeypatch.chdir(tmp_path / "web")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.sock")
        assert "s.sock" not in [entry.path for entry in only(tmp_path).context]
    os.mkfifo("pipe")
    with pytest.raises(DockwrightError, match=r"web/pipe: no file, folder or link; .*remove"):
        read(tmp_path)
    (tmp_path / "web" / ".dockerignore").write_text("pipe")
    assert "pipe" not in [entry.path for entry in only(tmp_path).context]


def test_a_dockerfile_that_is_a_link_out_of_its_folder_is_an_error(tmp_path: Path) -> None:
    image(tmp_path, {"a.txt": ""})
    (tmp_path / "shared").write_text("FROM scratch\n")
    (tmp_path / "web" / "Dockerfile").symlink_to("../shared")
    with pytest.raises(DockwrightError, match=r"web/Dockerfile: a link to .*put the file here"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Web/Dockerfile", b"FROM scratch", "Web/Dockerfile: image Web: no image"),
        ("web/.Dockerfile", b"FROM scratch", "image : no image"),
        ("web/Dockerfile", b"FROM \xff", "web/Dockerfile: not UTF-8"),
        ("web/README", b"", "no Dockerfile in it or below"),
    ],
)
def test_a_folder_that_is_no_chain_is_an_error(
    tmp_path: Path, name: str, text: bytes, message: str
) -> None:
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_bytes(text)
    with pytest.raises(DockwrightError, match=message):
        read(tmp_path)
    with pytest.raises(DockwrightError, match="no such folder"):
        read(tmp_path / "gone")
