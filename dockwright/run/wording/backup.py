"""What a person reads of backups."""

from __future__ import annotations

from dockwright.backup.parts import Part
from dockwright.backup.snapshots import Summary
from dockwright.status.cells import size


def backed_line(part: Part, made: Summary, paused: float | None) -> str:
    """One line of a part that was backed up.

    Args:
        part: what it is.
        made: what it came to.
        paused: the seconds that its leaf was held; None: it was not.

    Example:
        >>> part = Part("app1", "wiki", ("wikidata",), "wiki")
        >>> backed_line(part, Summary("0a1b2c3d4e", 3, 2048, 512), 0.42)
        'app1/wiki: 3 files, 2 KiB, 512 B of it new; held for 0.4 s; snapshot 0a1b2c3d'
    """
    if not made.snapshot:
        return f"{part.place}: nothing there"
    held = "" if paused is None else f"; held for {paused:.1f} s"
    files = f"{made.files} {'file' if made.files == 1 else 'files'}"
    return (
        f"{part.place}: {files}, {size(made.size)}, {size(made.added)} of it new{held}; snapshot "
        f"{made.snapshot[:8]}"
    )
