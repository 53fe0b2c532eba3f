"""One run at a time on a box: this machine's lock, in a folder of the test."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyinfra.api.host import Host

from dockwright.box import lock
from dockwright.box.lock import hold, let_go, me
from dockwright.box.this_run import LOOK, give_up, this_run
from dockwright.errors import BoxError, DockwrightError
from tests.unit.box.boxes import local

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lock is held by root's sh")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "lock"
    monkeypatch.setattr(lock, "_SCRIPT", lock._SCRIPT.replace(lock.PATH, str(made)))
    monkeypatch.setattr(lock, "PATH", str(made))
    return made


@pytest.fixture
def here(path: Path) -> Iterator[Host]:
    with local("other") as host:
        yield host
        let_go(host.state)


def _is_free(path: Path) -> bool:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if subprocess.run(["flock", "-n", path, "true"], check=False).returncode == 0:
            return True
        time.sleep(0.05)
    return False


def test_a_second_run_is_told_who_holds_it_and_since_when(here: Host, path: Path) -> None:
    hold(here)
    hold(here)  # a run has it once
    assert path.stat().st_mode & 0o077 == 0
    with (
        local() as other,
        pytest.raises(DockwrightError, match=r"^box @local: locked by .+@.+ \(process \d+\) since "
                      r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; wait until that run ends$") as refused,
    ):  # fmt: skip
        hold(other)
    assert me() in str(refused.value)
    let_go(here.state)
    with local() as other:
        hold(other)
        let_go(other.state)


def test_it_is_free_once_it_is_let_go_of_and_nothing_is_left_to_hold_it(
    here: Host, path: Path
) -> None:
    hold(here)
    assert subprocess.run(["flock", "-n", path, "true"], check=False).returncode == 1
    let_go(here.state)
    assert _is_free(path)


def test_a_box_that_is_given_up_is_let_go_of(here: Host, path: Path) -> None:
    hold(here)
    give_up(here, "box @local: gone")
    assert _is_free(path)


def test_a_run_that_only_looks_on_takes_none(here: Host, path: Path) -> None:
    this_run(here.state).purpose = LOOK
    hold(here)
    assert not path.exists()


def test_a_lock_that_can_not_be_written_is_told_in_one_line(here: Host, path: Path) -> None:
    path.mkdir()
    with pytest.raises(BoxError, match=r"^box @local: .*asked about its lock .*/lock") as failed:
        hold(here)
    assert "\n" not in str(failed.value)


def test_words_of_who_holds_it_move_no_terminal(here: Host, path: Path) -> None:
    path.write_text("somebody \x1b[2J\n")
    holder = subprocess.Popen(["flock", "-n", str(path), "sleep", "30"], start_new_session=True)
    try:
        until = time.monotonic() + 5
        while subprocess.run(["flock", "-n", path, "true"], check=False).returncode == 0:
            assert time.monotonic() < until
        with pytest.raises(DockwrightError, match=r"locked by somebody \\x1b\[2J; wait"):
            hold(here)
    finally:
        os.killpg(holder.pid, 9)
        holder.wait()
