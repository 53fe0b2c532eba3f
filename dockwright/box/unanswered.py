"""Why a box gave no answer, each cause in its own words; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dockwright.box.causes.asked import Asked
from dockwright.box.causes.login import account
from dockwright.errors import shown
from dockwright.ways_out import WayOut, way_out

_LINE = 200
# What sudo (Todd Miller's and sudo-rs) and shells say. Sources: sudo's and sudo-rs' own messages,
# dash(1), nologin(8).
_CAUSES = (
    (
        r"sudo: .*a password is required|sudo-rs: interactive authentication is required"
        r"|a terminal is required to (read|authenticate)|no tty present",
        "sudo asks {user} for a password; let that user use sudo without one (NOPASSWD in "
        "/etc/sudoers.d), give it as _sudo_password in the inventory, or log in as root",
    ),
    (
        r"incorrect password|incorrect authentication|[Aa]uthentication failed|no password was "
        r"provided|Maximum \d+ incorrect",
        "sudo refuses the password of {user}; correct _sudo_password in the inventory",
    ),
    (
        r"is not in the sudoers|may not run sudo|not allowed to (execute|run)|I'm sorry \S+\.",
        "{user} may not use sudo there; let that user in (group sudo), or log in as root",
    ),
    (
        r"sudo: (command )?not found|sudo: No such file|exec: sudo",
        "there is no sudo; install it, or log in as root",
    ),
    (
        r"you must have a tty|sorry, you must have a tty",
        "sudo wants a terminal (requiretty); take that out of /etc/sudoers",
    ),
    (
        r"sudo: .*(parse error|syntax error|no valid sudoers)",
        "its sudoers file is broken; mend it with visudo",
    ),
    (
        r"(base64|sha256sum|timeout|env|head): (command )?not found",
        "it lacks coreutils (base64, sha256sum, timeout); install them",
    ),
)


def late(box: str, what: str, seconds: float) -> str:
    """The line for a box that did not answer in time.

    Example:
        >>> late("web1", "its images", 60)[:46]
        'box web1: no answer about its images within 60'
    """
    return (
        f"box {box}: no answer about {what} within {seconds:g} s; see what it waits for "
        f"(its sudo, disk or engine), or {way_out(WayOut.MORE_SECONDS)}"
    )


def none(
    box: str,
    user: str,
    what: str,
    why: str,
    errors: bytes,
    status: int | None,
    how: Mapping[str, Any],
    printed: bytes = b"",
) -> str:
    """The line for an answer that is not there or not whole.

    Args:
        box: its name.
        user: who logs in.
        what: what was asked.
        why: what is wrong with the answer.
        errors: what came on standard error.
        status: the exit status, None where there was no end.
        how: pyinfra's arguments that say as whom it was asked.
        printed: the end of what came in the answer's place.

    Example:
        >>> none("web1", "ann", "its images", "none", b"sudo: a password is required", 1, {})[:52]
        'box web1: sudo asks ann for a password; let that use'
    """
    said = errors.decode("utf-8", "replace").strip()
    for pattern, line in _CAUSES:
        if re.search(pattern, said):
            return f"box {box}: {line.format(user=user)}"
    text = printed.decode("utf-8", "replace").strip()
    if text and not how.get("_sudo"):
        return f"box {box}: {account(text, Asked(box, box, user=user))}"
    parts = [f"exit status {status}"] if status not in (None, 0, -1) else []
    if said:
        parts.append(shown(said.splitlines()[-1], _LINE))
    came = f" ({'; '.join(parts)})" if parts else ""
    as_root = "sudo, " if how.get("_sudo") else ""
    return (
        f"box {box}: {why}, asked about {what}{came}; see its {as_root}shell and start files by "
        "hand, and run it again"
    )


def failed(box: str, what: str, status: int, errors: bytes) -> str:
    """The line for a question whose script failed.

    Example:
        >>> failed("web1", "its images", 2, b"")
        'box web1: asked about its images: exit status 2; see it by hand, and run it again'
    """
    said = errors.decode("utf-8", "replace").strip()
    last = f": {shown(said.splitlines()[-1], _LINE)}" if said else ""
    return (
        f"box {box}: asked about {what}: exit status {status}{last}; see it by hand, and run it "
        "again"
    )


def misshapen(box: str, what: str, error: BaseException) -> str:
    """The line for an answer that came whole, and has not the shape that it must have.

    Example:
        >>> misshapen("web1", "its images", KeyError("id"))[:52]
        'box web1: its answer about its images has not the sh'
    """
    return (
        f"box {box}: its answer about {what} has not the shape it must have ({_shape(error)}); "
        "see what answers there in the program's place"
    )


def _shape(error: BaseException) -> str:
    # pydantic shows what it was given, on lines of its own; that may be anything
    if callable(errors := getattr(error, "errors", None)):
        first = errors()[0]
        return shown(f"{'.'.join(map(str, first['loc'])) or 'JSON'}: {first['msg']}", _LINE)
    return shown(f"{type(error).__name__}: {error}", _LINE)
