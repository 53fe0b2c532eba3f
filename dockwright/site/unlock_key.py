"""Keys that unlock the managers of a swarm: given by the site, or kept on this machine.

A swarm makes its own key, and tells it while it is not locked. No box keeps one: it would open what
is locked on its own disk.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkstemp

from dockwright.errors import SiteError

_NAME = re.compile(r"[a-z0-9]+")
_MOST = 200  # bytes


@dataclass(frozen=True)
class UnlockKeys:
    """Where the keys are.

    Args:
        folder: on this machine, with a file of mode 0600 for each swarm.
        given: the key that the site gives; it is in no ``repr``. None: the one in the folder.

    Example:
        >>> UnlockKeys(Path("/nonexistent"), "SWMKEY-1-…")
        UnlockKeys(folder=PosixPath('/nonexistent'))
    """

    folder: Path
    given: str | None = field(default=None, repr=False)

    def known(self) -> Collection[str] | None:
        """IDs of swarms whose key is in the folder; None where one is given."""
        if self.given:
            return None
        return {path.stem for path in self.folder.glob("*.key")}

    def key(self, swarm: str) -> str | None:
        """The key of a swarm, as far as it is known here.

        Raises:
            SiteError: its file can't be read, or others may read it.
        """
        return self.given or self.kept(swarm)

    def kept(self, swarm: str) -> str | None:
        """The one in the folder."""
        path = self._path(swarm)
        if not path.exists():
            return None
        if path.stat().st_mode & 0o077:
            raise SiteError(f"{path}: others may read the key of a swarm; chmod 600 {path}")
        try:
            return path.read_text(encoding="ascii")[:_MOST].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SiteError(
                f"{path}: the key of a swarm can't be read ({error}); remove the file, and run it "
                "again while the swarm is not locked"
            ) from error

    def keep(self, swarm: str, key: str) -> None:
        """Write a key into the folder, in the place of the former one.

        Raises:
            SiteError: it can't be written there.
        """
        path = self._path(swarm)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # whole at once, and of mode 0600 from its beginning
            descriptor, aside = mkstemp(dir=self.folder)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(f"{key}\n")
            Path(aside).replace(path)
        except OSError as error:
            raise SiteError(
                f"{path}: the key of the swarm can't be kept there ({error.strerror}); see who "
                "owns the folder"
            ) from error

    def _path(self, swarm: str) -> Path:
        if not _NAME.fullmatch(swarm):
            raise SiteError(f"swarm {swarm!r}: no ID of a swarm; see `docker info` on its managers")
        return self.folder / f"{swarm}.key"
