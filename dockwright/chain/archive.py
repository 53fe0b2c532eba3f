"""A context as the engine is sent it: a tar archive, the same bytes for the same entries."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator

from dockwright.chain.context import ContextEntry

_BLOCK, _RECORD = tarfile.BLOCKSIZE, tarfile.RECORDSIZE


class Archive:
    """A tar, made as it is read, with a length that is known before; it can be read again.

    Times and owners are 0, modes 0644 or 0755. A Dockerfile that `.dockerignore` names is sent
    (the engine has to read it), with a `.dockerignore` by which the engine keeps it from COPY, as
    Docker's own client does.

    Args:
        dockerfile: the Dockerfile's path in the context; it is sent though it be ignored.
        text: the Dockerfile.
        context: the entries that `.dockerignore` leaves.

    Example:
        >>> len(Archive("Dockerfile", "FROM scratch\\n", [])) % 512
        0
    """

    def __init__(self, dockerfile: str, text: str, context: Iterable[ContextEntry]) -> None:
        entries = {entry.path: entry for entry in context}
        if dockerfile not in entries:
            hiding = f"{dockerfile}\n.dockerignore\n".encode()
            entries.setdefault(".dockerignore", ContextEntry(".dockerignore", "file", hiding))
        entries[dockerfile] = ContextEntry(dockerfile, "file", text.encode("utf-8"))
        self._entries = [entries[path] for path in sorted(entries)]
        sizes = (len(_header(entry)) + _padded(len(entry), _BLOCK) for entry in self._entries)
        # two empty blocks end it
        self._size = _padded(sum(sizes) + 2 * _BLOCK, _RECORD)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        sent = 0
        for entry in self._entries:
            header = _header(entry)
            yield header
            yield from entry.pieces()
            yield bytes(_padded(len(entry), _BLOCK) - len(entry))
            sent += len(header) + _padded(len(entry), _BLOCK)
        yield bytes(self._size - sent)


def archive(dockerfile: str, text: str, context: Iterable[ContextEntry]) -> bytes:
    """The whole `Archive` at once, for who wants to look into it.

    Example:
        >>> len(archive("Dockerfile", "FROM scratch\\n", [])) % 512
        0
    """
    return b"".join(Archive(dockerfile, text, context))


def _header(entry: ContextEntry) -> bytes:
    member = tarfile.TarInfo(entry.path)
    member.mode = 0o755 if entry.executable or entry.kind == "folder" else 0o644
    if entry.kind == "folder":
        member.type = tarfile.DIRTYPE
    elif entry.kind == "link":
        member.type, member.linkname = tarfile.SYMTYPE, entry.target
    member.size = len(entry)
    # GNU's format: any length of name, any byte in it, any size
    return member.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _padded(size: int, unit: int) -> int:
    return -(-size // unit) * unit
