"""What restic says of its snapshots, as values, and the one that is meant by a moment; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from dockwright.errors import DockwrightError, shown

TAG = "dockwright"  # of a snapshot that is whole
UNPAUSED = "unpaused"  # of one that was made while its leaf wrote: never restored
_VOLUME = "volume="
_ID = re.compile(r"[0-9a-f]{64}")
# restic writes nanoseconds, which Python does not read
_FINE = re.compile(r"(\.\d{6})\d+")


@dataclass(frozen=True)
class Snapshot:
    """A backup of a part: when it was made, and where each of its sources is in it."""

    id: str
    at: datetime
    paths: dict[str, str]  # by source: a volume's name, or a folder's path

    @property
    def moment(self) -> str:
        """When it was made, UTC as ISO 8601.

        Example:
            >>> Snapshot("0a", datetime(2026, 11, 30, 7, tzinfo=UTC), {}).moment
            '2026-11-30T07:00:00Z'
        """
        return self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Summary:
    """What a backup came to; sizes in bytes."""

    snapshot: str
    files: int
    size: int  # of all that is in it
    added: int  # that the target got, before it was compressed


def snapshots(said: str) -> list[Snapshot]:
    """The snapshots that are whole, the oldest first, of ``restic snapshots --json``.

    Raises:
        ValueError, LookupError, TypeError or AttributeError: it is nothing of the kind.

    Example:
        >>> snapshots("null")
        []
    """
    found = []
    for one in json.loads(said) or ():
        if TAG not in (tags := [str(tag) for tag in one.get("tags") or ()]):
            continue
        if not _ID.fullmatch(one["id"]):
            raise ValueError(f"no snapshot: {one['id']}")
        volumes = dict(
            tag.removeprefix(_VOLUME).split("=", 1) for tag in tags if tag.startswith(_VOLUME)
        )
        folders = {str(path): str(path) for path in one["paths"] if path not in volumes.values()}
        at = datetime.fromisoformat(_FINE.sub(r"\1", one["time"]))
        found.append(Snapshot(one["id"], at, {**volumes, **folders}))
    return sorted(found, key=lambda one: one.at)


def summary(said: str) -> Summary:
    """The last line of ``restic backup --json``.

    Raises:
        ValueError, LookupError or TypeError: it is nothing of the kind.

    Example:
        >>> summary('{"snapshot_id": "0a", "total_files_processed": 2, '
        ...         '"total_bytes_processed": 9, "data_added": 4}').added
        4
    """
    told = json.loads(said)
    return Summary(
        str(told["snapshot_id"]),
        int(told["total_files_processed"]),
        int(told["total_bytes_processed"]),
        int(told["data_added"]),
    )


def moment(text: str) -> datetime:
    """A moment as a person writes it: ``2026-11-30T07:00:00Z``, or by this machine's clock.

    Raises:
        DockwrightError: it is none.

    Example:
        >>> moment("2026-11-30T07:00:00Z").hour
        7
    """
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise DockwrightError(
            f"--at {shown(text)}: no moment; write it like 2026-11-30T07:00:00Z"
        ) from None


def chosen(of: Iterable[Snapshot], place: str, at: datetime | None = None) -> Snapshot:
    """The newest one, or the newest one that is no newer than ``at``.

    Args:
        of: the snapshots of a part.
        place: what errors call the part.
        at: a moment, or None.

    Raises:
        DockwrightError: there is none.

    Example:
        >>> morning = Snapshot("0a", datetime(2026, 11, 30, 7, tzinfo=UTC), {})
        >>> chosen([morning], "app1/wiki").id
        '0a'
    """
    known = sorted(of, key=lambda one: one.at)
    if not known:
        raise DockwrightError(f"{place}: no backup of it there; run `dockwright backup` first")
    # a person is shown, and writes, whole seconds
    able = [one for one in known if at is None or one.at.replace(microsecond=0) <= at]
    if not able:
        asked = "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        raise DockwrightError(
            f"{place}: no backup of it at {asked}: the first is of {known[0].moment}; choose a "
            "later moment"
        )
    return able[-1]
