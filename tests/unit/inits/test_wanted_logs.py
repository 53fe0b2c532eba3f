"""What somebody wants to see of a leaf's logs: times and processes, or an error that says how."""

import shutil
import subprocess

import pytest

from dockwright.errors import DockwrightError
from dockwright.inits.wanted_logs import WantedLogs


@pytest.mark.parametrize(
    ("since", "begin"),
    [
        (None, None),
        ("10m", "10 minutes ago"),
        ("1s", "1 seconds ago"),
        ("3d", "3 days ago"),
        ("2026-11-29", "2026-11-29"),
        ("2026-11-29 10:00", "2026-11-29 10:00"),
        ("2026-11-29T10:00:07", "2026-11-29 10:00:07"),
    ],
)
def test_a_time_is_as_systemd_has_it(since: str | None, begin: str | None) -> None:
    assert WantedLogs(since=since).begin == begin


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
@pytest.mark.parametrize("since", ["10m", "1h", "3d", "2026-11-29", "2026-11-29T10:00:07"])
def test_systemd_itself_takes_it(since: str) -> None:
    begin = WantedLogs(since=since).begin
    assert begin is not None
    subprocess.run(["systemd-analyze", "timestamp", begin], check=True, capture_output=True)


@pytest.mark.parametrize(
    "since",
    ["", "0m", "m", "10", "10 m", "-1h", "yesterday", "2026-1-1", "2026-11-29 10", "10m\n", "१m",
     "2026-11-29 10:00; reboot"],
)  # fmt: skip
def test_what_is_no_time_is_told_at_once_with_how_to_write_it(since: str) -> None:
    with pytest.raises(DockwrightError, match=r": no time; write 10m, 2h, 3d or '2026-11-29 "):
        WantedLogs(since=since)


@pytest.mark.parametrize("process", ["", "a.b", "a b", "*", "web\n", "$(id)"])
def test_what_is_no_name_of_a_process_is_refused(process: str) -> None:
    with pytest.raises(DockwrightError, match="no name of a process; such as web"):
        WantedLogs(process=process)
