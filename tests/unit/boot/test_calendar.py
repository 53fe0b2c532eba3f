"""Times of a process: what is taken systemd takes too, and cron has the same moments."""

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.boot.calendar import cron, is_calendar, taken
from dockwright.errors import DockwrightError

TAKEN = [
    *("minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "yearly"),
    *("04:00", "04:00:30", "*:0/5", "*:*:0/2", "Mon 04:00", "Mon..Fri 8..18:00", "*-*-01 00:00"),
    *("Mon,Wed..Fri *-*-* 04:00", "2027-01-01 00:00 UTC", "*-1,4/3-1..7 12:30", "0,12:15"),
]
REFUSED = [
    *("", "dayly", "Daily", "24:00", "04:60", "4", "Fri..Mon 04:00", "Mon..Mon 04:00", "*,1:00"),
    *("0/99:00", "0/0:00", "*-13-01 00:00", "*-*-32 00:00", "27-01-01 00:00", "5..2:00", ":00"),
    *("04:00 Europe/Nowhere", "%n 04:00", "04:00\n[Service]", "Mon  04:00", "reboot", "2..:00"),
]
ORACLE = shutil.which("systemd-analyze")


def _systemd_takes(*times: str) -> bool:
    argv = [str(ORACLE), "calendar", *times]
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("when", TAKEN)
def test_times_that_are_taken(when: str) -> None:
    assert taken(f'@"{when}" docker run app', "Procfile:1") == (when, "docker run app")


@pytest.mark.parametrize("when", REFUSED)
def test_times_that_are_refused(when: str) -> None:
    assert not is_calendar(when)


@pytest.mark.skipif(ORACLE is None, reason="no systemd-analyze")
def test_systemd_takes_them_all() -> None:
    assert _systemd_takes(*TAKEN)


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _field(lowest: int, highest: int) -> st.SearchStrategy[str]:
    number = st.integers(lowest, highest + 1).map(str)
    item = st.one_of(
        number,
        st.tuples(number, number).map("..".join),
        st.tuples(number, st.integers(0, 70).map(str)).map("/".join),
    )
    return st.one_of(st.just("*"), st.lists(item, min_size=1, max_size=2).map(",".join))


_TIMES = st.tuples(
    st.one_of(
        st.just(""),
        st.sampled_from(_DAYS).map("{} ".format),
        st.tuples(st.sampled_from(_DAYS), st.sampled_from(_DAYS)).map(lambda d: f"{'..'.join(d)} "),
    ),
    st.one_of(
        st.just(""),
        st.tuples(st.just("*"), _field(1, 12), _field(1, 31)).map(lambda d: f"{'-'.join(d)} "),
    ),
    st.tuples(_field(0, 23), _field(0, 59)).map(":".join),
).map("".join)


@pytest.mark.skipif(ORACLE is None, reason="no systemd-analyze")
@settings(max_examples=10, deadline=None)
@given(st.lists(_TIMES, min_size=30, max_size=60))
def test_what_is_taken_systemd_takes(times: list[str]) -> None:
    mine = [when for when in times if is_calendar(when)]
    assert not mine or _systemd_takes(*mine), mine


@pytest.mark.parametrize(
    ("when", "fields"),
    [
        ("daily", "0 0 * * *"),
        ("weekly", "0 0 * * 1"),
        ("04:05", "5 4 * * *"),
        ("*:0/5", "0-59/5 * * * *"),
        ("Mon..Fri *-*-* 08..18:00:00", "0 8-18 * * 1-5"),
        ("Sat,Sun 09,21:30", "30 9,21 * * 6,7"),
        ("*-1,7-01 00:00", "0 0 1 1,7 *"),
    ],
)
def test_cron_has_the_same_moments(when: str, fields: str) -> None:
    assert is_calendar(when)
    assert cron(when, "app: clean") == fields


@pytest.mark.parametrize(
    ("when", "what"),
    [
        ("2027-01-01 00:00", "years"),
        ("*:*:0/2", "seconds"),
        ("04:00 UTC", "a time zone"),
        ("Mon *-*-01 04:00", "days of the week beside days of the month"),
    ],
)
def test_what_cron_does_not_know_is_named(when: str, what: str) -> None:
    with pytest.raises(DockwrightError, match=f"knows no {what}; leave it out"):
        cron(when, "app: clean")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("@dayly docker run app", "Procfile:1: @dayly: no times; write @daily, or"),
        ("@daily", "Procfile:1: @daily: nothing to run; write docker run … behind it"),
        ('@"Mon 04:00', 'Procfile:1: @"Mon 04:00: times without their end; write @daily, or'),
        ("@", "Procfile:1: @: times without their end; write @daily, or"),
    ],
)
def test_a_mistake_says_what_to_write(line: str, error: str) -> None:
    with pytest.raises(DockwrightError) as raised:
        taken(line, "Procfile:1")
    assert str(raised.value).startswith(error)
