"""What somebody wants to see of a leaf's logs."""

import re
from dataclasses import dataclass

from dockwright.errors import DockwrightError

_AGO = re.compile(r"([1-9][0-9]*)(s|m|h|d)")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PROCESS = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class WantedLogs:
    """Which of a leaf's lines.

    Args:
        process: of this process of its Procfile alone; None for all.
        lines: how many, the last ones; None for all since ``since``.
        since: ``10m``, ``2h``, ``3d``, or a time by the box's clock, ``2026-11-29 10:00``.
        follow: whether to go on with what they say from now on.

    Raises:
        DockwrightError: a process or a time that is none.

    Example:
        >>> WantedLogs(since="2h", lines=None).begin
        '2 hours ago'
    """

    process: str | None = None
    lines: int | None = 100
    since: str | None = None
    follow: bool = False

    def __post_init__(self) -> None:
        if self.process is not None and not _PROCESS.fullmatch(self.process):
            raise DockwrightError(f"--process {self.process}: no name of a process; such as web")
        if self.since is not None:
            _ = self.begin

    @property
    def begin(self) -> str | None:
        """``since`` as systemd.time(7) has it."""
        if self.since is None:
            return None
        if ago := _AGO.fullmatch(self.since):
            return f"{ago[1]} {_UNITS[ago[2]]} ago"
        if _MOMENT.fullmatch(self.since):
            return self.since.replace("T", " ")
        raise DockwrightError(
            f"--since {self.since}: no time; write 10m, 2h, 3d or '2026-11-29 10:00'"
        )
