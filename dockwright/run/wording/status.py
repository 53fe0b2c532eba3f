"""How a site is as a person reads it: what is not well, the worst first, then a table each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone

import click

from dockwright.run.wording.columns import table, wrapped
from dockwright.status.rows import BoxRow, LeafRow, RegistryRow, Severity, Site
from dockwright.text import line as shown

_LONGEST = 400
_SIGNS: dict[Severity, tuple[str, str | None]] = {
    "silent": ("?", "magenta"),
    "wrong": ("!", "red"),
    "due": ("~", "yellow"),
    "absent": ("-", None),
    "well": ("", "green"),
}


def lines(site: Site) -> Iterator[str]:
    """What is not well, tables of boxes, leaves and registries, and one line for the whole.

    Example:
        >>> [click.unstyle(line) for line in lines(Site("2026-11-30T07:00:00Z"))]
        ['0 boxes, 0 instances: well']
    """
    for what, remark in site.remarks:
        sign, colour = _SIGNS[remark.severity]
        text = f"{sign} {shown(what)}: {shown(remark.text, _LONGEST)}"
        for part in wrapped([text], "", "    "):
            yield click.style(part, fg=colour)
    for note in site.notes:
        yield from wrapped([f"? {shown(note, _LONGEST)}"], "", "    ")
    if site.remarks or site.notes:
        yield ""
    tables = (
        _boxes([one for one in site.boxes if one.severity != "absent"], _time(site.at)),
        _leaves(site.leaves),
        _registries(site.registries),
    )
    for rows in filter(None, tables):
        yield from rows
        yield ""
    worst = {0: "well", 2: "due"}.get(site.code, "silent")
    yield click.style(site.summary(), fg=_SIGNS[worst][1])  # type: ignore[index]


def _boxes(rows: Sequence[BoxRow], now: float) -> list[str]:
    head = ("", "box", "engine", "free", "cert", "CA", "behind", "drift", "last run")
    cells = [
        (
            _SIGNS[one.severity][0],
            shown(one.box),
            shown(one.engine or ("" if one.severity == "silent" else "-"), 20),
            _least(one),
            _days(one.certificate_days),
            _days(one.authority_days),
            "" if one.updates is None else str(one.updates or "-"),
            "" if one.drift is None else str(one.drift or "-"),
            _run(one, now),
        )
        for one in rows
    ]
    return table([head, *cells], numbers=range(3, 8), wide=8) if cells else []


def _leaves(rows: Sequence[LeafRow]) -> list[str]:
    head = ("", "instance", "box", "image", "state", "memory", "address")
    cells = [
        (
            _SIGNS[one.severity][0],
            shown(one.job),
            shown(one.box),
            _image(one),
            _state(one),
            _memory(one),
            ", ".join(shown(address) for address in one.addresses),
        )
        for one in rows
    ]
    return table([head, *cells], numbers=(5,), wide=6) if cells else []


def _registries(rows: Sequence[RegistryRow]) -> list[str]:
    head = ("", "registry", "box", "images", "tags", "size")
    cells = [
        (
            _SIGNS[one.severity][0],
            shown(one.registry),
            shown(one.box or "-"),
            "" if one.images is None else str(one.images),
            "" if one.tags is None else str(one.tags),
            "" if one.size is None else size(one.size),
        )
        for one in rows
    ]
    return table([head, *cells], numbers=(3, 4, 5), wide=1) if cells else []


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


def _least(row: BoxRow) -> str:
    """What is left of the file system, or its inodes, that has least."""
    blocks = [one.free / one.size for one in row.disks if one.size]
    inodes = [one.free_inodes / one.inodes for one in row.disks if one.inodes]
    least = min([*blocks, *inodes], default=None)
    return "" if least is None else f"{100 * least:.0f} %"


def _days(days: float | None) -> str:
    return "" if days is None else f"{days:.0f} d"


def _run(row: BoxRow, now: float) -> str:
    if row.last_run is None:
        return ""
    began = _time(row.last_run.began)
    when = f"{age(max(now - began, 0.0))} ago" if began else shown(row.last_run.began, 20)
    # the number of its process is of no use any more
    who = shown(row.last_run.who.partition(" ")[0], 40)
    return f"{shown(row.last_run.result, 12)}, {when}, {who}"


def _image(row: LeafRow) -> str:
    version = "" if row.version == "latest" else shown(row.version.removeprefix("sha256:")[:12])
    known = {True: "current", False: "behind", None: ""}[row.current]
    return " ".join(filter(None, [version, known]))


def _state(row: LeafRow) -> str:
    health = shown(row.health or "up", 12) if row.running else "down"
    again = f"{row.restarts}× again" if row.restarts else ""
    return ", ".join(filter(None, [health, age(row.seconds), again]))


def _memory(row: LeafRow) -> str:
    """The part of its limit; where it has none, the size."""
    if row.memory is None:
        return ""
    limit = row.memory_limit
    return f"{100 * row.memory / limit:.0f} %" if limit else size(row.memory)


def _time(moment: str) -> float:
    """Seconds since 1970; 0.0 of what is no moment."""
    try:
        at = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return 0.0  # of a record that others wrote
    return at.timestamp()
