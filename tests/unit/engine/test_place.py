"""Where a box's engine listens: the shell that finds it out, and what is said where none does."""

import subprocess
from pathlib import Path

import pytest

from dockwright.engine.place import EXPORT, FIND, USE, why_not


@pytest.mark.parametrize("script", [FIND, USE, EXPORT], ids=["find", "use", "export"])
def test_it_is_valid_shell(script: str) -> None:
    subprocess.run(["sh", "-n"], input=script, text=True, check=True, timeout=30)


def _state(folder: Path, script: str, **programs: str) -> str:
    """What a box says that has these programs, and of this machine's the plain ones."""
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    plain = ("sed", "awk", "head", "tr", "cat", "grep", "sort", "readlink", "stat", "cut", "ls")
    for name in plain:
        (folder / name).symlink_to(f"/usr/bin/{name}")
    done = subprocess.run(
        ["/bin/sh", "-c", script], env={"PATH": str(folder)}, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    return done.stdout.strip()


def test_a_box_without_docker_s_client_has_none(tmp_path: Path) -> None:
    assert _state(tmp_path, f"{FIND}\nengine") == "none"


def test_where_none_is_ready_a_call_of_docker_says_what_the_state_is(tmp_path: Path) -> None:
    script = f'{USE}\necho "$state"'
    assert _state(tmp_path, script, docker="exit 1", pidof="exit 1") in ("stopped", "silent")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("ready /run/docker.sock", None),
        ("stopped", "box web1: its engine does not run; "),
        ("silent", "box web1: its engine listens on no socket of the box; let it listen on "),
        ("none", "box web1: there is no docker client on it; "),
        ("", "box web1: there is no docker client on it; "),
    ],
)
def test_each_state_that_is_not_ready_has_its_own_words(state: str, said: str | None) -> None:
    found = why_not("web1", state)
    assert found is None if said is None else found is not None and found.startswith(said)
