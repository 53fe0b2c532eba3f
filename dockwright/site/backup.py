"""What a site's data says of backups: where they go, what is kept, how leaves are held."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dockwright.backup.target import target
from dockwright.errors import DockwrightError
from dockwright.site.types import Word


def _target(text: str) -> str:
    try:
        target(text)
    except DockwrightError as error:
        raise ValueError(str(error)) from error
    return text


Number = Annotated[int, Field(ge=1)]


class LeafBackup(BaseModel):
    """How one leaf is backed up and tried: ``before`` and ``after`` are commands in its container.

    Where it has a ``before``, as a database that writes a dump, it is paused only if ``pause`` says
    so. ``check`` is a command in its container that a drill asks: 0 is well.

    Example:
        >>> LeafBackup(before=["dump"]).paused
        False
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: list[str] = []
    after: list[str] = []
    check: list[str] = []
    pause: bool | None = None

    @property
    def paused(self) -> bool:
        """Whether its containers are paused for a snapshot's length."""
        return not self.before if self.pause is None else self.pause


class Backup(BaseModel):
    """Where backups go, and what is kept of them; paths are of files on this machine.

    Example:
        >>> Backup(to="/srv/backups").keep
        {'last': 3, 'daily': 7, 'weekly': 5, 'monthly': 12}
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Annotated[str, AfterValidator(_target)]
    keep: dict[Literal["last", "hourly", "daily", "weekly", "monthly", "yearly"], Number] = Field(
        {"last": 3, "daily": 7, "weekly": 5, "monthly": 12}, min_length=1
    )
    ssh_key: str | None = None
    known_hosts: str | None = None
    key_command: list[str] | None = Field(None, min_length=1)
    registry: Literal["data", "manifests", "none"] = "data"
    secrets: bool = True
    without: list[str] = []
    leaves: dict[Word, LeafBackup] = {}
    pause_seconds: Annotated[float, Field(gt=0, le=86400)] = 600
    old_days: Annotated[float, Field(gt=0)] = 2
    drill_days: Annotated[float, Field(gt=0)] = 35
