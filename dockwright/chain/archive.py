"""A context as the engine is sent it: a tar archive, the same bytes for the same entries."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable

from dockwright.chain.context import Entry


def archive(dockerfile: str, text: str, context: Iterable[Entry]) -> bytes:
    """A tar of ``context`` with the Dockerfile in it; times and owners are 0, modes 0644 or 0755.

    A Dockerfile that `.dockerignore` names is sent (the engine has to read it), with a
    `.dockerignore` by which the engine keeps it from COPY, as Docker's own client does.

    Args:
        dockerfile: the Dockerfile's path in the context; it is sent though it be ignored.
        text: the Dockerfile.
        context: the entries that `.dockerignore` leaves.

    Example:
        >>> len(archive("Dockerfile", "FROM scratch\\n", [])) % 512
        0
    """
    entries = {entry.path: entry for entry in context}
    if dockerfile not in entries:
        hiding = f"{dockerfile}\n.dockerignore\n".encode()
        entries.setdefault(".dockerignore", Entry(".dockerignore", "file", hiding))
    entries[dockerfile] = Entry(dockerfile, "file", text.encode("utf-8"))
    made = io.BytesIO()
    # GNU's format: any length of name, any byte in it
    with tarfile.open(
        fileobj=made,
        mode="w",
        format=tarfile.GNU_FORMAT,
        encoding="utf-8",
        errors="surrogateescape",
    ) as tar:
        for path in sorted(entries):
            entry = entries[path]
            member = tarfile.TarInfo(path)
            member.mode = 0o755 if entry.executable or entry.kind == "folder" else 0o644
            if entry.kind == "folder":
                member.type = tarfile.DIRTYPE
            elif entry.kind == "link":
                member.type, member.linkname = tarfile.SYMTYPE, entry.target
            member.size = len(entry.content)
            tar.addfile(member, io.BytesIO(entry.content))
    return made.getvalue()
