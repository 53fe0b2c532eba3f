"""Which files of a context no build takes: those that only say how an image is run.

A Procfile and a ``box.py`` stand in an image's folder and are part of its recipe only where the
Dockerfile takes them: a port that changes builds nothing. Where a line does not tell what it
takes, it takes them. ONBUILD lines of images from outside are not seen: name the file in the
Dockerfile where such an image is to take it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from posixpath import normpath

from dockwright.chain.context import ContextEntry
from dockwright.chain.glob import Pattern
from dockwright.chain.instructions import Instruction

# of the folder's own top, as a leaf is run by them
_ONLY_RUN = ("Procfile", "box.py", "reaches")


def counted(
    context: Sequence[ContextEntry], lines: Iterable[Instruction]
) -> tuple[ContextEntry, ...]:
    """The entries of ``context`` that decide what an image is.

    Args:
        context: all that `.dockerignore` leaves.
        lines: its Dockerfile's instructions, and those that ONBUILD of its bases adds.

    Example:
        >>> from dockwright.chain.instructions import instructions
        >>> lines = instructions("FROM a", "Dockerfile")
        >>> found = counted([ContextEntry("Procfile", "file")], lines)
        >>> len(found)
        0
    """
    left_out = {path for path in _ONLY_RUN if any(entry.path == path for entry in context)}
    if left_out:
        known = list(lines)
        left_out = {path for path in left_out if not any(_takes(line, path) for line in known)}
    return tuple(entry for entry in context if entry.path not in left_out)


def _takes(line: Instruction, path: str) -> bool:
    if line.keyword in ("copy", "add"):
        if any(flag.startswith("--from=") for flag in line.flags):
            return False
        return any(_names(source, path) for source in line.values[:-1])
    if line.keyword == "run":
        return any(_names(source, path) for source in line.mounted())
    return False


def _names(source: str, path: str) -> bool:
    if "$" in source:
        return True
    if source.startswith("<<") or "://" in source:
        return False
    clean = normpath(f"/{source}").lstrip("/")
    try:
        return not clean or Pattern(clean).meets(path)
    except ValueError:
        return True
