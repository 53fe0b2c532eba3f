"""Why restic could not, in one line with the way out, of what it said; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from dockwright.text import line as shown
from dockwright.ways_out import WayOut, way_out

_NO_ROOM = re.compile("no space left on device|disk quota exceeded", re.IGNORECASE)
_LOCKED = re.compile(r"already locked(?: exclusively)? by (PID \d+ on \S+ by \S+)")
_CREATED = re.compile(r"lock was created at ([^(\n]*[^(\s])")
_UP = "see that it is up, and run it again"
_SILENT = "the target does not answer"
# by restic's words, or those of ssh: the cause, and the way out
_CAUSES: tuple[tuple[str, str, WayOut | str], ...] = (
    ("wrong password or no key found", "another key than that of the backups there",
     WayOut.BACKUP_KEY),
    ("permission denied (", "the target lets nobody in", WayOut.BACKUP_LOGIN),
    ("host key verification failed", "the target is not the host that is known",
     WayOut.BACKUP_HOST),
    ("connection refused", _SILENT, _UP),
    ("no route to host", _SILENT, _UP),
    ("connection timed out", _SILENT, _UP),
    ("network is unreachable", _SILENT, _UP),
    ("could not resolve", "no host of the target's name is known", WayOut.BACKUP_PLACE),
    ("ssh_fx_failure", "it could not be written, and SFTP does not say why: it may be full",
     "see its room, and run it again"),
    ("permission denied", "whoever it logs in as may not write there", "see the folder's owner"),
    ("access denied", "the target refuses the login", "see the AWS_… variables"),
)  # fmt: skip


def trouble(said: Iterable[str], target: str) -> str:
    """The one line.

    Args:
        said: the lines of restic and of the script around it.
        target: what errors call the repository.

    Example:
        >>> trouble(["mkdir /srv/b/app1: permission denied"], "/srv/b/app1/wiki")
        "target /srv/b/app1/wiki: whoever it logs in as may not write there; see the folder's owner"
        >>> trouble(["volume w: not there"], "/srv/b")
        'volume w: not there'
    """
    lines = [line for line in _plain(said) if line]
    whole = "\n".join(lines)
    if (match := _LOCKED.search(whole)) is not None:
        since = f" since {made[1]}" if (made := _CREATED.search(whole)) is not None else ""
        return (
            f"target {target}: locked by {match[1]}{since}; wait until that one ends, or, if it is "
            "no more, run `restic unlock`"
        )
    if _NO_ROOM.search(whole) is not None:
        return f"target {target}: it is full (no space left); make room there, and run it again"
    for words, cause, way in _CAUSES:
        if words in whole.lower():
            out = way_out(way) if isinstance(way, WayOut) else way
            return f"target {target}: {cause}; {out}"
    if not lines:
        return f"target {target}: restic ended without a word, as what is killed does; run it again"
    told = [line for line in lines if line.startswith("Fatal: ")] or lines
    return shown(told[-1].removeprefix("Fatal: "), 400)


def _plain(said: Iterable[str]) -> Iterator[str]:
    """Errors of ``--json`` in restic's own words."""
    for line in said:
        try:
            told = json.loads(line)
            error = told["error"]
            words = error["message"] if "message" in error else str(error)
            yield f"{told.get('item', '')}: {words}".removeprefix(": ")
        except (ValueError, LookupError, TypeError, AttributeError):
            yield line.strip()
