"""A build's context as values: its entries, and what of each decides the image."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal


@dataclass(frozen=True)
class Entry:
    """A file, link or folder of a context; ``path`` is relative, with ``/`` between its parts.

    Of a mode only the owner's execute bit counts: the rest hangs on the umask of a checkout.
    Times and owners don't count either.
    """

    path: str
    kind: Literal["file", "link", "folder"]
    content: bytes = field(default=b"", repr=False)
    target: str = ""
    executable: bool = False

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of all of the entry that counts, its path aside.

        Example:
            >>> len(Entry("a", "folder").digest)
            64
        """
        head = f"{self.kind}\0{int(self.executable)}\0{self.target}\0"
        made = hashlib.sha256(head.encode("utf-8", "surrogateescape"))
        made.update(self.content)
        return made.hexdigest()
