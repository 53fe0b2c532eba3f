"""`dockwright images plan`, as a user runs it: without any box."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def images(tmp_path: Path) -> Path:
    for name, text in {
        "base": "ARG BASE=debian:bookworm\nFROM $BASE\n",
        "web": "FROM base\nARG V\nEXPOSE 80:80\n",
        "worker": "FROM base\n",
    }.items():
        (tmp_path / "images" / name).mkdir(parents=True)
        (tmp_path / "images" / name / "Dockerfile").write_text(text)
    (tmp_path / "images" / "web" / "Procfile").write_text("web: docker run web\n")
    return tmp_path


def plan(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("dockwright")
    return subprocess.run(
        [str(program), "images", "plan", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_json_has_every_image_in_build_order_under_the_key_images(images: Path) -> None:
    ended = plan(images, "--json", "--arg", "V=2")
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)["images"]
    assert [(image["name"], image["wave"]) for image in found] == [
        ("base", 0),
        ("web", 1),
        ("worker", 1),
    ]
    web = found[1]
    assert (web["path"], web["parents"]) == ("images/web/Dockerfile", ["base"])
    assert found[0]["external_parents"] == ["debian:bookworm"]
    assert (web["action"], web["reason"]) == (None, None)
    assert web["tags"] == ["latest", f"r-{web['recipe'][:12]}"]
    assert list(web) == [
        *("name", "path", "parents", "external_parents", "recipe"),
        *("wave", "action", "reason", "tags"),
    ]


def test_lines_name_wave_image_kind_recipe_and_parents(images: Path) -> None:
    ended = plan(images, "images", "--only", "web")
    rows = [line.split("\t") for line in ended.stdout.splitlines()]
    assert [(row[0], row[1], row[2], row[4]) for row in rows] == [
        ("0", "base", "base", "< debian:bookworm"),
        ("1", "web", "leaf", "< base"),
    ]
    assert "images/web/Dockerfile:3: EXPOSE 80:80: " in ended.stderr


def test_an_argument_that_no_dockerfile_declares_gets_a_warning(images: Path) -> None:
    ended = plan(images, "--arg", "VV=2")
    assert ended.returncode == 0
    assert "warning: --arg VV: no Dockerfile below images has ARG VV" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["gone"], "error: gone: no such folder"),
        (["--only", "wep"], "error: image wep: no such image in the chain; did you mean web?"),
        (["--external", "x"], "error: images/base/Dockerfile:2: debian:bookworm: no image folder"),
    ],
)
def test_an_error_is_one_line_and_status_1(images: Path, arguments: list[str], line: str) -> None:
    ended = plan(images, *arguments)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(line)
    assert ended.stderr.count("\n") == 1


def test_an_argument_without_a_value_is_a_usage_error(images: Path) -> None:
    ended = plan(images, "--arg", "V")
    assert ended.returncode == 1
    assert "write NAME=value" in ended.stderr


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("dockwright")
    return subprocess.run(
        [str(program), "images", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_export_is_of_the_images_that_are_asked_for(images: Path) -> None:
    ended = command(images, "export", "--format", "bake", "--only", "web")
    assert ended.returncode == 0, ended.stderr
    assert list(json.loads(ended.stdout)["target"]) == ["base", "web"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["plan", "--box", "x"], "error: inventory: no inventories/ with one in "),
        (["plan", "--box", "x", "--external", "y"], "--external and --box x: the box's data"),
        (["refresh"], "error: deploy/images.py: no such file in "),
        (["export"], "Missing option '--format'"),
    ],
)
def test_what_needs_a_site_says_what_of_it_is_missing(
    images: Path, arguments: list[str], line: str
) -> None:
    ended = command(images, *arguments)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert line in ended.stderr


def test_what_was_taken_and_what_is_in_error_is_told_beside_the_plan(images: Path) -> None:
    for name, text in {
        "app": "# syntax=docker/dockerfile:1\nARG R=reg.test/me\nFROM $R/worker\n",
        "bad": "FROM gone\n",
        "above": "FROM bad\n",
    }.items():
        (images / "images" / name).mkdir()
        (images / "images" / name / "Dockerfile").write_text(text)
    ended = plan(images)
    assert ended.returncode == 1
    rows = [line.split("\t") for line in ended.stdout.splitlines()]
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("0", "base", "< debian:bookworm"),
        ("1", "web", "< base"),
        ("1", "worker", "< base"),
        ("2", "app", "< worker, docker/dockerfile:1 (# syntax, line 1)"),
    ]
    assert "note: reg.test/me/: the tree's own images (images/app/Dockerfile:3)" in ended.stderr
    [error] = [line for line in ended.stderr.splitlines() if line.startswith("error: ")]
    assert error.startswith("error: images/bad/Dockerfile:1: gone: no image folder")
    assert error.endswith("; not planned without it: above")
    whole = json.loads(plan(images, "--json").stdout)
    assert whole["own"] == [{"prefix": "reg.test/me", "where": "images/app/Dockerfile:3"}]
    assert [one["image"] for one in whole["refused"]] == ["bad"]
    assert {"image": "docker/dockerfile:1", "path": "images/app/Dockerfile", "line": 1} in (
        whole["outside"]
    )
    named = plan(images, "--only", "app", "--own", "reg.test/you", "--external", "debian:bookworm")
    assert named.returncode == 0, named.stderr
