"""A key that this machine makes on its first use, and keeps in a file that only its user reads."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex
from tempfile import mkstemp

from dockwright.errors import SiteError


def kept_key(path: Path, what: str) -> tuple[str, bool]:
    """The key in the file, and whether it was made just now.

    Args:
        path: of the file.
        what: what errors call the key.

    Raises:
        SiteError: the file can't be read or written, is empty, or others may read it.

    Example::

        kept_key(Path("~/.config/dockwright/backup.key").expanduser(), "the key of backups")
    """
    try:
        is_new = not path.exists()
        if is_new:
            _make(path)
        if path.stat().st_mode & 0o077:
            raise SiteError(f"{path}: others may read {what}; chmod 600 {path}")
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "no text"
        raise SiteError(f"{path}: {what} can't be kept there ({why}); see who owns it") from error
    if not key or "\n" in key:
        raise SiteError(f"{path}: {what} is to be one line; write it again, or restore the file")
    return key, is_new


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # whole at once: nobody ever reads half a key
    descriptor, aside = mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{token_hex(32)}\n")
        try:
            os.link(aside, path)
        except FileExistsError:
            return  # another run made one meanwhile
    finally:
        Path(aside).unlink()
