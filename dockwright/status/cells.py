"""What a table says of each box, leaf and registry: words for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dockwright.status.rows import (
    BackupRow,
    BoxRow,
    Grown,
    LeafRow,
    RegistryRow,
    Severity,
    Site,
)
from dockwright.text import line as shown

# what stands before a row, and before what is said of it
SIGNS: dict[Severity, str] = {"silent": "?", "wrong": "!", "due": "~", "absent": "-", "well": ""}


@dataclass(frozen=True)
class Cells:
    """A table: its head, and of each row how it is and its cells, whose first are its name.

    ``numbers`` are the columns of figures; ``wide`` is the one that may be long.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Severity, tuple[str, ...]], ...]
    numbers: Sequence[int]
    wide: int


def tables(site: Site) -> tuple[Cells, ...]:
    """Of boxes, but for those that were left out, of leaves, registries, backups and what grows.

    Example:
        >>> [one.title for one in tables(Site("2026-11-30T07:00:00Z"))]
        ['Boxes', 'Leaves', 'Registries', 'Backups', 'Growth']
    """
    now = moment(site.at)
    boxes = [one for one in site.boxes if one.severity != "absent"]
    return (
        Cells(
            "Boxes",
            ("box", "engine", "free", "cert", "CA", "behind", "drift", "last run"),
            tuple((one.severity, _box(one, now)) for one in boxes),
            range(2, 7),
            7,
        ),
        Cells(
            "Leaves",
            ("instance", "box", "image", "state, restarts", "memory", "address"),
            tuple((one.severity, _leaf(one)) for one in site.leaves),
            (4,),
            5,
        ),
        Cells(
            "Registries",
            ("registry", "box", "images", "tags", "size", "collected", "verified"),
            tuple((one.severity, _registry(one, now)) for one in site.registries),
            (2, 3, 4),
            0,
        ),
        Cells(
            "Backups",
            ("backup of", "box", "last good", "tried", "files", "size"),
            tuple((one.severity, _backup(one, now)) for one in site.backups),
            (2, 3, 4, 5),
            0,
        ),
        Cells(
            "Growth",
            ("box", "build cache", "volumes left", "journal", "records"),
            # how a box is stands in its own table
            tuple(("well", _grown(one.box, one.growth)) for one in boxes if one.growth is not None),
            range(1, 5),
            0,
        ),
    )


def age(seconds: float | None) -> str:
    """How long ago, in one figure.

    Example:
        >>> age(42), age(7300), age(900000), age(None)
        ('42 s', '2 h', '10 d', '')
    """
    if seconds is None:
        return ""
    for unit, most in (("s", 60), ("min", 60), ("h", 48)):
        if seconds < most:
            return f"{seconds:.0f} {unit}"
        seconds /= 60 if unit != "h" else 24
    return f"{seconds:.0f} d"


def size(octets: int) -> str:
    """A number of bytes in three digits.

    Example:
        >>> size(9), size(12 << 20)
        ('9 B', '12 MiB')
    """
    number = float(octets)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1024
    return f"{number:.3g} TiB"


def moment(text: str) -> float | None:
    """Seconds since 1970 of a moment in UTC as ISO 8601; None of what is none.

    Example:
        >>> moment("2026-11-30T07:00:00Z"), moment("now")
        (1796022000.0, None)
    """
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None  # of a record that others wrote
    return at.timestamp()


def _box(row: BoxRow, now: float | None) -> tuple[str, ...]:
    return (
        shown(row.box),
        shown(row.engine or ("" if row.severity == "silent" else "-"), 20),
        _least(row),
        _days(row.certificate_days),
        _days(row.authority_days),
        "" if row.updates is None else str(row.updates or "-"),
        "" if row.drift is None else str(row.drift or "-"),
        _run(row, now),
    )


def _leaf(row: LeafRow) -> tuple[str, ...]:
    addresses = ", ".join(shown(address) for address in row.addresses)
    return shown(row.job), shown(row.box), _image(row), _state(row), _memory(row), addresses


def _grown(box: str, of: Grown) -> tuple[str, ...]:
    def told(octets: int | None) -> str:
        return "" if octets is None else size(octets)

    volumes = "" if of.volumes is None else str(of.volumes or "-")
    return shown(box), told(of.build_cache), volumes, told(of.journal), told(of.records)


def _registry(row: RegistryRow, now: float | None) -> tuple[str, ...]:
    return (
        shown(row.registry),
        shown(row.box or "-"),
        "" if row.images is None else str(row.images),
        "" if row.tags is None else str(row.tags),
        "" if row.size is None else size(row.size),
        _ago(row.collected, now),
        " ".join([_ago(row.verified, now), f"({row.flaws} flaws)" if row.flaws else ""]).strip(),
    )


def _ago(when: str | None, now: float | None) -> str:
    at = moment(when or "")
    return "" if at is None or now is None else f"{age(max(now - at, 0.0))} ago"


def _backup(row: BackupRow, now: float | None) -> tuple[str, ...]:
    tried = None if row.drilled is None else moment(row.drilled)
    return (
        shown(row.part),
        shown(row.box),
        age(row.seconds) or "-",
        age(None if tried is None or now is None else max(now - tried, 0.0)) or "-",
        "" if row.files is None else str(row.files),
        "" if row.size is None else size(row.size),
    )


def _least(row: BoxRow) -> str:
    """What is left of the file system, or its inodes, that has least."""
    blocks = [one.free / one.size for one in row.disks if one.size]
    inodes = [one.free_inodes / one.inodes for one in row.disks if one.inodes]
    least = min([*blocks, *inodes], default=None)
    return "" if least is None else f"{100 * least:.0f} %"


def _days(days: float | None) -> str:
    return "" if days is None else f"{days:.0f} d"


def _run(row: BoxRow, now: float | None) -> str:
    if row.last_run is None:
        return ""
    began = moment(row.last_run.began)
    if began is None or now is None:
        when = shown(row.last_run.began, 20)
    else:
        when = f"{age(max(now - began, 0.0))} ago"
    # the number of its process is of no use any more
    who = shown(row.last_run.who.partition(" ")[0], 40)
    return f"{shown(row.last_run.result, 12)}, {when}, {who}"


def _image(row: LeafRow) -> str:
    version = "" if row.version == "latest" else shown(row.version.removeprefix("sha256:")[:12])
    known = {True: "current", False: "behind", None: ""}[row.current]
    return " ".join(filter(None, [version, known]))


def _state(row: LeafRow) -> str:
    health = shown(row.health or "up", 12) if row.running else "down"
    again = f"{row.restarts}×" if row.restarts else ""
    return ", ".join(filter(None, [health, age(row.seconds), again]))


def _memory(row: LeafRow) -> str:
    """The part of its limit; where it has none, the size."""
    if row.memory is None:
        return ""
    limit = row.memory_limit
    return f"{100 * row.memory / limit:.0f} %" if limit else size(row.memory)
