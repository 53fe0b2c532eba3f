"""Which snapshot is meant, of what restic lists."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from dockwright.backup.snapshots import chosen, moment, snapshots, summary
from dockwright.errors import DockwrightError

ID = "0a" * 32


def _one(time: str, tags: list[str], **more: Any) -> dict[str, Any]:
    return {"id": ID, "time": time, "tags": tags, "paths": ["/srv/wiki"], **more}


def test_what_was_written_on_meanwhile_is_never_restored() -> None:
    said = json.dumps([_one("2026-11-30T07:00:00.123456789Z", ["unpaused"])])
    assert snapshots(said) == []


def test_a_source_is_known_by_its_volume_wherever_that_was() -> None:
    at = "/data/docker/volumes/w/_data"
    one = _one("2026-11-30T08:00:00+01:00", ["dockwright", f"volume=w={at}"])
    [made] = snapshots(json.dumps([{**one, "paths": [at, "/srv/wiki"]}]))
    assert made.paths == {"w": at, "/srv/wiki": "/srv/wiki"}
    assert made.moment == "2026-11-30T07:00:00Z"


def test_the_newest_that_is_no_newer_than_the_moment() -> None:
    times = ("2026-11-30T09:00:00Z", "2026-11-30T07:00:00Z", "2026-11-30T08:00:00Z")
    known = snapshots(json.dumps([_one(time, ["dockwright"]) for time in times]))
    assert chosen(known, "a/b").moment == times[0]
    assert chosen(known, "a/b", datetime(2026, 11, 30, 8, 30, tzinfo=UTC)).moment == times[2]
    [fine] = snapshots(json.dumps([_one("2026-11-30T07:00:00.9Z", ["dockwright"])]))
    assert chosen([fine], "a/b", moment(fine.moment)) == fine
    with pytest.raises(DockwrightError, match="the first is of 2026-11-30T07:00:00Z"):
        chosen(known, "a/b", datetime(2026, 11, 30, 6, tzinfo=UTC))
    with pytest.raises(DockwrightError, match="no backup of it there"):
        chosen([], "a/b")


_NO_ID = json.dumps([{**_one("2026-11-30T07:00:00Z", ["dockwright"]), "id": "--target"}])


@pytest.mark.parametrize("said", ["", "{", "[1]", _NO_ID])
def test_what_is_no_list_of_snapshots_is_none(said: str) -> None:
    with pytest.raises((ValueError, LookupError, TypeError, AttributeError)):
        snapshots(said)
    with pytest.raises((ValueError, LookupError, TypeError)):
        summary(said)


def test_a_moment_that_is_none_is_refused() -> None:
    assert moment("2026-11-30T08:00:00+01:00") == datetime(2026, 11, 30, 7, tzinfo=UTC)
    with pytest.raises(DockwrightError, match="--at yesterday: no moment"):
        moment("yesterday")
