"""A build's context as values: its entries, and what of each decides the image."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from dockwright.errors import DockwrightError, shown

# Bytes of a file that are in memory at once, whatever its size; a file is read when its digest is
# asked for, and once more when it is sent.
PIECE = 1 << 20


@dataclass(frozen=True)
class ContextEntry:
    """A file, link or folder of a context; ``path`` is relative, with ``/`` between its parts.

    A file is its ``content``, or the ``file`` of this machine that has it, of ``size`` bytes. Of a
    mode only the owner's execute bit counts: the rest hangs on the umask of a checkout. Times and
    owners don't count either.
    """

    path: str
    # a link is never followed; a folder has neither content nor target
    kind: Literal["file", "link", "folder"]
    content: bytes = field(default=b"", repr=False)
    target: str = ""  # of a link, as it is written
    executable: bool = False
    file: str | None = None
    size: int = 0

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of all of the entry that counts, its path aside.

        Raises:
            DockwrightError: its file can't be read.

        Example:
            >>> len(ContextEntry("a", "folder").digest)
            64
        """
        made = self._begun()
        for piece in self._read():
            made.update(piece)
        return made.hexdigest()

    def __len__(self) -> int:
        return self.size if self.file is not None else len(self.content)

    def pieces(self) -> Iterator[bytes]:
        """What it has, as its digest says.

        Raises:
            DockwrightError: its file can't be read, or is another one since.

        Example:
            >>> b"".join(ContextEntry("a", "file", b"text").pieces())
            b'text'
        """
        made, sent = self._begun(), 0
        for piece in self._read():
            sent += len(piece)
            if sent > len(self):
                break
            made.update(piece)
            yield piece
        if sent != len(self) or made.hexdigest() != self.digest:
            raise DockwrightError(
                f"{shown(str(self.file), 4096)}: changed since it was read; run it again once it "
                "is whole"
            )

    def _begun(self) -> hashlib._Hash:
        head = f"{self.kind}\0{int(self.executable)}\0{self.target}\0"
        return hashlib.sha256(head.encode("utf-8", "surrogateescape"))

    def _read(self) -> Iterator[bytes]:
        if self.file is None:
            yield self.content
            return
        try:
            # a tree may have very many, and a Path takes longer than a short file
            with open(self.file, "rb", buffering=0) as opened:  # noqa: PTH123
                while piece := opened.read(PIECE):
                    yield piece
        except OSError as error:
            raise DockwrightError(
                f"{shown(self.file, 4096)}: {error.strerror}; see its owner and mode"
            ) from error
