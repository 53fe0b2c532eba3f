"""What a job's log says behind a mark: the lines run by a real shell, on Upstart's own files."""

import gzip
import subprocess
from pathlib import Path

import pytest

from dockwright.inits import systemd
from dockwright.inits.init import INITS
from dockwright.inits.logs import upstart
from dockwright.switching.said import folded

JOB = "app.web.1"
FORMER = "former one\r\n" * 1000


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(upstart, "LOGS", f"{tmp_path}/it's logs")
    path = Path(upstart._log(JOB))
    path.parent.mkdir()
    return path


def sh(line: str) -> str:
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, timeout=30)
    return done.stdout.decode()


def behind(mark: str) -> list[str]:
    return sh(upstart.since(JOB, mark)).splitlines()


@pytest.mark.parametrize("before", ["", "short\n", FORMER, "no end of line"])
def test_what_was_written_behind_the_mark_is_printed(log: Path, before: str) -> None:
    log.write_text(before)
    mark = sh(upstart.mark(JOB)).strip()
    assert behind(mark) == []
    with log.open("a") as more:
        more.write("starting\nfailed\n")
    assert behind(mark) == ["starting", "failed"]


def test_a_log_that_was_not_there_is_all_new(log: Path) -> None:
    mark = sh(upstart.mark(JOB)).strip()
    assert behind(mark) == []
    log.write_text("starting\n")
    assert behind(mark) == ["starting"]


@pytest.mark.parametrize("compressed", [False, True], ids=["as it is", "compressed"])
@pytest.mark.parametrize("later", ["", "more\n"])
def test_a_rotation_in_between_loses_nothing(log: Path, compressed: bool, later: str) -> None:
    log.write_text(FORMER)
    mark = sh(upstart.mark(JOB)).strip()
    whole = f"{FORMER}starting\n"
    log.unlink()
    if compressed:
        Path(f"{log}.1.gz").write_bytes(gzip.compress(whole.encode()))
    else:
        Path(f"{log}.1").write_text(whole)
    if later:
        log.write_text(later)
    assert behind(mark) == ["starting", *later.splitlines()]


@pytest.mark.parametrize("now", ["", "new\n", "new\n" * 5000], ids=["empty", "short", "longer"])
def test_a_log_that_was_emptied_in_between_is_printed_as_it_is_now(log: Path, now: str) -> None:
    log.write_text(FORMER)
    mark = sh(upstart.mark(JOB)).strip()
    log.write_text(now)
    assert behind(mark) == now.splitlines()


def test_a_rotated_log_of_another_time_is_not_taken_for_the_marked_one(log: Path) -> None:
    log.write_text(FORMER)
    mark = sh(upstart.mark(JOB)).strip()
    Path(f"{log}.1").write_text("older\n" * 5000)
    log.write_text("new\n")
    assert behind(mark) == ["new"]


@pytest.mark.parametrize("name", INITS)
def test_every_line_is_valid_shell(name: str) -> None:
    init = INITS[name]
    marked = {"systemd": "s=1;i=2;b=3 0a1b", "upstart": "12 34-12"}[name]
    lines = [init.mark(JOB), init.since(JOB, ""), init.since(JOB, marked), init.restarts(JOB)]
    for line in lines:
        subprocess.run(["sh", "-n", "-c", line], check=True, timeout=30)
        subprocess.run(["sh", "-n", "-c", f'echo "$({line})"'], check=True, timeout=30)


def test_systemd_is_asked_behind_the_last_line_of_the_former_invocation() -> None:
    first, last, *_, said = systemd.since(JOB, "s=1;i=2 0a1b").split("; ")
    assert first == "at='s=1;i=2'"
    assert "_SYSTEMD_INVOCATION_ID=0a1b" in last
    assert '${at:+--after-cursor="$at"}' in said
    assert "_SYSTEMD_INVOCATION_ID" not in said
    assert "--lines" not in first + last + said


def test_lines_that_came_again_are_said_once_with_how_often() -> None:
    counted = ["      1   7 dwarfs", "     17 no database\r", "1000000 x", "      2 "]
    assert list(folded(counted)) == [
        "  7 dwarfs", "no database (17 times)", "x (1000000 times)", " (2 times)",
    ]  # fmt: skip
