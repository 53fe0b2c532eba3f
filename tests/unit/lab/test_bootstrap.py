"""What is said of a long command: that it goes on, and why it failed."""

from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.lab import bootstrap as room
from dockwright.lab.bootstrap import bootstrap


def test_its_log_goes_where_all_went_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_TELL", 0.05)
    said: list[str] = []
    took = bootstrap(["sh", "-c", "echo I; sleep 0.2"], "a root", tmp_path / "log", said.append)
    assert 0.2 <= took < 10
    assert said[0] == "a root: still at it after 0 s"
    assert list(tmp_path.iterdir()) == []


def test_its_last_lines_and_its_log_are_told_where_it_failed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(DockwrightError, match=rf"a root: .*status 7 \(no mirror\).*{log}"):
        bootstrap(["sh", "-c", "echo no mirror >&2; exit 7"], "a root", log, print)
    assert log.read_text() == "no mirror\n"


def test_it_is_ended_where_it_takes_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_TELL", 0.05)
    with pytest.raises(DockwrightError, match="a root: not made within 0 s"):
        bootstrap(["sleep", "60"], "a root", tmp_path / "log", print, timeout=0.1)
