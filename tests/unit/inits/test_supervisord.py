"""supervisord's programs: read as supervisord reads them, and run by a real shell."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from configparser import RawConfigParser
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.boot.group import group
from dockwright.inits import supervisord
from dockwright.inits.init import INITS
from tests import hostile

INIT = INITS["supervisord"]
# a client that is attached to its container; the engine's `stop` ends both
DOCKER = r"""#!/bin/sh
case $1 in
  ps) [ -e "$ROOT/engine" ] ;;
  rm) rm -f "$ROOT/container" ;;
  stop) echo "$*" >>"$ROOT/stops"; [ -e "$ROOT/container" ] && rm "$ROOT/container" ;;
  run)
    for word; do printf '%s\0' "$word"; done >"$ROOT/words"
    printf '%s' "$NOTE" >"$ROOT/note"
    [ ! -e "$ROOT/slow" ] || sleep 0.5
    echo "$$" >"$ROOT/container"
    while [ -e "$ROOT/container" ]; do sleep 0.02; done
    exit 7 ;;
esac
"""


def command(text: str) -> list[str]:
    """The words that supervisord 4.2 runs: its own reader's options, % and then shlex."""
    reader = RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
    reader.read_string(text)
    [section] = reader.sections()
    return shlex.split(reader.get(section, "command") % {})


def program(line: str, **options: object) -> str:
    made = group("app", f"web: {line}", "Procfile", **options)  # type: ignore[arg-type]
    return supervisord.files(made)[-1].text


@given(st.lists(hostile.VALUES, max_size=3))
def test_supervisord_s_reader_and_ours_find_the_words_that_were_written(words: list[str]) -> None:
    text = "[program:x]\ncommand=/bin/sh /r app.web.1 10 always - - run"
    text += "".join(f" {supervisord.conf_word(word)}" for word in words) + "\n"
    assert text.isascii()
    assert text.count("\n") == 2
    assert supervisord.arguments(text) == ("run", *words)
    plain = ["printf", r"%b\0", *command(text)[8:]]
    if words:
        said = subprocess.run(["sh", "-c", '"$@"', "sh", *plain], capture_output=True, check=True)
        assert said.stdout == b"".join(word.encode() + b"\0" for word in words)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "docker").write_text(DOCKER)
    (programs / "docker").chmod(0o755)
    (tmp_path / "run.sh").write_text(
        INIT.shared()[0].text.replace("/run/dockwright-", f"{tmp_path}/")
    )
    (tmp_path / "engine").touch()
    return tmp_path


@contextmanager
def running(box: Path, text: str) -> Iterator["subprocess.Popen[bytes]"]:
    words = command(text)
    words[1] = str(box / "run.sh")
    words[6] = words[6].replace("/etc/dockwright/env", str(box))
    env = {"PATH": f"{box}/bin:/usr/bin:/bin", "ROOT": str(box)}
    process = subprocess.Popen(words, env=env, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


def test_a_program_runs_its_container_with_the_words_and_the_environment_of_its_leaf(
    box: Path,
) -> None:
    odd = 'it\'s "50%" of $HOME ;# `id`\n\\n é'
    (box / "app.web.1.env").write_text('NOTE="50% of \\$1"\n')
    text = program(f"docker run app echo {shlex.quote(odd)}".replace("\n", " "), env={"NOTE": "x"})
    with running(box, text):
        assert within(10, (box / "container").exists)
    words = (box / "words").read_bytes().decode().split("\0")[:-1]
    assert tuple(words) == supervisord.arguments(text)
    assert words[-1] == odd.replace("\n", " ")
    assert (box / "note").read_text() == "50% of $1"


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "before it is made"])
def test_a_stop_is_by_the_engine_and_waits_for_the_end(box: Path, slow: bool) -> None:
    if slow:
        (box / "slow").touch()
    with running(box, program("docker run --stop-timeout 30 app")) as process:
        assert within(10, (box / ("words" if slow else "container")).exists)
        process.terminate()
        assert process.wait(20) == 7
    assert (box / "stops").read_text().splitlines()[-1] == "stop -t 30 app.web.1"


def test_without_an_engine_it_waits_and_a_stop_ends_that(box: Path) -> None:
    (box / "engine").unlink()
    with running(box, program("docker run app")) as process:
        time.sleep(0.5)
        assert process.poll() is None
        process.terminate()
        assert process.wait(10) == 0
    assert not (box / "words").exists()


def test_a_container_that_ends_has_its_program_end_and_that_is_counted_until_a_stop(
    box: Path,
) -> None:
    counted = INIT.restarts("app.web.1").replace("/run/dockwright-", f"{box}/")
    for times in (1, 2):
        with running(box, program("docker run app")) as process:
            assert within(10, (box / "container").exists)
            (box / "container").unlink()
            assert process.wait(10) == 7
        said = subprocess.run(["sh", "-c", counted], capture_output=True, check=True, text=True)
        assert int(said.stdout) == times
    script = INIT.again.replace("/run/dockwright-", f"{box}/")
    said = subprocess.run(["sh", "-c", f"job=app.web.1 from=0; {script}"], capture_output=True,
                          check=True, text=True)  # fmt: skip
    assert [line.split()[:2] for line in said.stdout.splitlines()] == [["restart", "app.web.1"]] * 2
    with running(box, program("docker run app")) as process:
        assert within(10, (box / "container").exists)
        process.terminate()
        assert process.wait(10) == 7
    assert not (box / "app.web.1.ends").exists()


def test_a_program_that_is_changed_or_not_loaded_is_told_as_such() -> None:
    found = INIT.states(["job a RUNNING", "job b FATAL", "job c not-loaded", "changed a"])
    assert found.active == {"a": "active", "b": "fatal", "c": "not-loaded"}
    assert found.stale == {"a"}


def test_what_a_reload_takes_in_and_leaves_out(tmp_path: Path) -> None:
    said = (
        "dockwright-app.web.1: changed\ndockwright-app.web.2: available\n"
        "dockwright-app.clean.1.timer: available\ndockwright-app.release.1: changed\n"
        "dockwright-app.old.1: disappeared\nother: disappeared\n"
    )
    stand_in = tmp_path / "supervisorctl"
    stand_in.write_text(
        f'#!/bin/sh\n[ "$1" = reread ] && cat <<E || echo "$@" >>{tmp_path}/told\n{said}E\n'
    )
    stand_in.chmod(0o755)
    [reload] = INIT.reload
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    subprocess.run(reload, env=env, check=True, timeout=30)
    assert (tmp_path / "told").read_text().splitlines() == [
        "update dockwright-app.clean.1.timer",
        "update dockwright-app.release.1",
        "update dockwright-app.old.1",
    ]
