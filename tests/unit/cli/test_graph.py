"""`dockwright graph`, as a user runs it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

needs_graphviz = pytest.mark.skipif(
    shutil.which("dot") is None, reason="no Graphviz on this machine: apt-get install graphviz"
)


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
    ("form", "begins"),
    [
        ("svg", b"<?xml"),
        ("png", b"\x89PNG"),
        ("dot", b"d"),
        ("html", b"<!DOCTYPE html>"),
        ("json", b"{"),
    ],
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
        (["-o", "a.pdf"], b"error: a.pdf: no picture format of that suffix; use .dot, .svg, "
         b".png, .html or .json, or give --format\n"),
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


def test_the_site_is_drawn_of_its_inventory_and_no_box_is_asked(images: Path) -> None:
    (images / "drawn.py").write_text(
        "docker_hosts = [('app1', {'dockwright_address': '192.0.2.1'})]\n"
        "registry_hosts = [('hub', {'dockwright_address': '192.0.2.9'})]\n"
    )
    ended = graph("site", "-i", "drawn.py", "--format", "json", cwd=images)
    assert (ended.returncode, ended.stderr) == (0, b"")
    made = json.loads(ended.stdout)
    assert [group["name"] for group in made["groups"]] == ["app1", "hub"]
    assert [node["name"] for node in made["nodes"]] == [
        "web.web.1 on app1", "registry 192.0.2.9 5000",
    ]  # fmt: skip
    assert [edge["kind"] for edge in made["edges"]] == ["pushes, pulls"]
