"""What a job's log says behind a mark: the lines run by a real shell, on Upstart's own files."""

import gzip
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dockwright.inits.logs.files import FileLogs

JOB = "app.web.1"
FORMER = "former one\r\n" * 1000
Mark = Callable[[], str]
Behind = Callable[[str], list[str]]


@pytest.fixture
def logs(tmp_path: Path) -> FileLogs:
    return FileLogs(f"{tmp_path}/it's logs", "Upstart")


@pytest.fixture
def log(logs: FileLogs) -> Path:
    path = Path(logs.log(JOB))
    path.parent.mkdir()
    return path


@pytest.fixture
def mark(logs: FileLogs) -> Mark:
    return lambda: sh(logs.mark(JOB)).strip()


@pytest.fixture
def behind(logs: FileLogs) -> Behind:
    return lambda place: sh(logs.since(JOB, place)).splitlines()


def sh(line: str) -> str:
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, timeout=30)
    return done.stdout.decode()


@pytest.mark.parametrize("before", ["", "short\n", FORMER, "no end of line"])
def test_what_was_written_behind_the_mark_is_printed(
    log: Path, before: str, mark: Mark, behind: Behind
) -> None:
    log.write_text(before)
    before_it = mark()
    assert behind(before_it) == []
    with log.open("a") as more:
        more.write("starting\nfailed\n")
    assert behind(before_it) == ["starting", "failed"]


def test_a_log_that_was_not_there_is_all_new(log: Path, mark: Mark, behind: Behind) -> None:
    before_it = mark()
    assert behind(before_it) == []
    log.write_text("starting\n")
    assert behind(before_it) == ["starting"]


@pytest.mark.parametrize("compressed", [False, True], ids=["as it is", "compressed"])
@pytest.mark.parametrize("later", ["", "more\n"])
def test_a_rotation_in_between_loses_nothing(
    log: Path, compressed: bool, later: str, mark: Mark, behind: Behind
) -> None:
    log.write_text(FORMER)
    before_it = mark()
    whole = f"{FORMER}starting\n"
    log.unlink()
    if compressed:
        Path(f"{log}.1.gz").write_bytes(gzip.compress(whole.encode()))
    else:
        Path(f"{log}.1").write_text(whole)
    if later:
        log.write_text(later)
    assert behind(before_it) == ["starting", *later.splitlines()]


@pytest.mark.parametrize("now", ["", "new\n", "new\n" * 5000], ids=["empty", "short", "longer"])
def test_a_log_that_was_emptied_in_between_is_printed_as_it_is_now(
    log: Path, now: str, mark: Mark, behind: Behind
) -> None:
    log.write_text(FORMER)
    before_it = mark()
    log.write_text(now)
    assert behind(before_it) == now.splitlines()


def test_a_rotated_log_of_another_time_is_not_taken_for_the_marked_one(
    log: Path, mark: Mark, behind: Behind
) -> None:
    log.write_text(FORMER)
    before_it = mark()
    Path(f"{log}.1").write_text("older\n" * 5000)
    log.write_text("new\n")
    assert behind(before_it) == ["new"]
