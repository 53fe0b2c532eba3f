"""What of the backups of a box is not well."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dockwright.status.cells import age, moment
from dockwright.status.read import BoxRead, RecordedBackup
from dockwright.status.rows import BackupRow, Remark, in_order, worst

_DAY = 86400


def backup_rows(
    box: str, of: BoxRead, parts: Collection[str], old_days: float, drill_days: float
) -> tuple[BackupRow, ...]:
    """The rows of the parts of a box; its clock says how old a backup is.

    Args:
        box: its name.
        of: what it said.
        parts: those that the site declares (`dockwright.backup.parts`).
        old_days: days after which a backup is an old one.
        drill_days: days within which one is to be restored and tried.

    Example:
        >>> backup_rows("app1", BoxRead(), ["wiki"], 2, 35)[0].remarks[0].text
        'was never made: `dockwright backup app1`'
    """
    known = {one.part: one for one in of.backups}
    rows = [
        _row(box, known.get(part, RecordedBackup(part)), of.now, old_days, drill_days)
        for part in parts
    ]
    return in_order(rows)


def _row(
    box: str, one: RecordedBackup, now: float, old_days: float, drill_days: float
) -> BackupRow:
    at, drilled = moment(one.at), moment(one.drilled)
    seconds = None if at is None else max(now - at, 0.0)
    tried = None if drilled is None else max(now - drilled, 0.0)
    found = tuple(_remarks(box, seconds, tried, old_days * _DAY, drill_days * _DAY))
    return BackupRow(
        box,
        one.part,
        worst(found),
        found,
        one.at if at is not None else None,
        seconds,
        one.drilled if drilled is not None else None,
        one.files,
        one.size,
    )


def _remarks(
    box: str, seconds: float | None, tried: float | None, old: float, drill: float
) -> Iterator[Remark]:
    if seconds is None:
        yield Remark("wrong", f"was never made: `dockwright backup {box}`")
        return
    if seconds > old:
        yield Remark("wrong", f"is {age(seconds)} old: `dockwright backup {box}`")
    if tried is None:
        yield Remark("due", f"was never tried: `dockwright backup drill --box {box}`")
    elif tried > drill:
        yield Remark("due", f"was tried {age(tried)} ago: `dockwright backup drill --box {box}`")
