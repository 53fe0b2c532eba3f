"""Debian's security tracker, as the one JSON file that it publishes, brought here by hand.

`{source package: {CVE: {"releases": {suite: {"status": …, "fixed_version": …}}}}}`, 70 MB of it.
It is read a package at a time: memory is that of the largest package, and of those that are asked
for.
"""

from __future__ import annotations

import codecs
import gzip
import json
import lzma
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from dockwright.errors import DockwrightError, shown

_CHUNK = 1 << 20  # bytes
_LARGEST = 64 << 20  # characters of one package; that of the kernel takes 10 million
_MOST = 2 << 30  # bytes in all, unpacked: a file of a few kB may unpack to any number
_HOW = "bring data/json of Debian's security tracker"


@dataclass(frozen=True)
class Tracker:
    """What a file of the tracker says.

    ``entries`` are by source package and CVE, of the packages that were asked for; ``suites`` all
    that it has; ``written`` when the file was, by its own time.
    """

    path: Path
    written: datetime
    entries: Mapping[str, Mapping[str, Mapping[str, Any]]]
    suites: frozenset[str]


def tracker(path: Path, sources: Collection[str]) -> Tracker:
    """Read the file.

    Args:
        path: of the JSON, as it is or compressed (gzip, xz).
        sources: the source packages that are asked for; of others nothing is kept.

    Raises:
        DockwrightError: it can't be read, is broken, or no such file.

    Example::

        tracker(Path("json.xz"), {"openssl"}).entries["openssl"]["CVE-2024-0727"]
    """
    wanted, entries, suites, number = set(sources), {}, set[str](), 0
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        with _opened(path) as file:
            for source, entry in _packages(file):
                number += 1
                for cve, one in entry.items():
                    releases = one["releases"]
                    suites.update(releases)
                    for said in releases.values():
                        if not isinstance(said["status"], str):
                            raise TypeError(f"status of {cve}")
                if source in wanted:
                    entries[source] = entry
        if not number:
            raise ValueError("no package in it")
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile) or error.strerror is None:
            raise _broken(path, error) from error
        raise DockwrightError(f"{path}: {error.strerror}; {_HOW}") from error
    except (
        *(ValueError, LookupError, TypeError, AttributeError, RecursionError),
        *(EOFError, zlib.error, lzma.LZMAError),
    ) as error:
        raise _broken(path, error) from error
    return Tracker(path, written, entries, frozenset(suites))


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        begin = file.read(8)
    if begin.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(path))
    if begin.startswith(b"\xfd7zXZ"):
        return cast(IO[bytes], lzma.open(path))
    return path.open("rb")


def _packages(file: IO[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each member of the one object that the file is."""
    text = _Text(file)
    text.take("{")
    if text.next() == "}":
        text.take("}")
    else:
        while True:
            source = text.value('"')
            text.take(":")
            yield source, text.value("{")
            if text.next() == "}":
                break
            text.take(",")
        text.take("}")
    if text.next():
        raise ValueError("more behind its end")


class _Text:
    """The text of a file, of which no more is held than what is being read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._read = file, 0
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder()
        self._held, self._place, self._at_end = "", 0, False

    def next(self) -> str:
        """The next character that is no space; nothing at the end."""
        while True:
            while self._place < len(self._held):
                if not self._held[self._place].isspace():
                    return self._held[self._place]
                self._place += 1
            if not self._more(_CHUNK):
                return ""

    def take(self, character: str) -> None:
        if self.next() != character:
            raise ValueError(f"{self.next() or 'its end'!r} where {character!r} should be")
        self._place += 1

    def value(self, begin: str) -> Any:
        """A whole value that begins so: what ends with a mark, and can't be whole too early."""
        if self.next() != begin:
            raise ValueError(f"{self.next() or 'its end'!r} where {begin!r} should be")
        size = _CHUNK
        while True:
            try:
                made, self._place = self._json.raw_decode(self._held, self._place)
                return made
            except json.JSONDecodeError:
                # cut off, or wrong: once there is no more of it, it is wrong
                if not self._more(size):
                    raise
                size *= 2

    def _more(self, size: int) -> bool:
        if self._at_end:
            return False
        if len(self._held) - self._place > _LARGEST:
            raise ValueError(f"a value of more than {_LARGEST >> 20} MiB")
        data = self._file.read(size)
        self._read += len(data)
        if self._read > _MOST:
            raise ValueError(f"more than {_MOST >> 30} GiB")
        self._at_end = not data
        self._held = self._held[self._place :] + self._decode.decode(data, final=self._at_end)
        self._place = 0
        return not self._at_end


def _broken(path: Path, error: Exception) -> DockwrightError:
    said = str(error) if isinstance(error, ValueError) else repr(error)
    return DockwrightError(
        f"{path}: no whole file of Debian's security tracker ({shown(said, 100)}); {_HOW}"
    )
