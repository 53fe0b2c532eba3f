"""A registry's htpasswd file of one user, hashed with bcrypt, the one scheme it reads.

Rule: https://distribution.github.io/distribution/about/configuration/#htpasswd
"""

from __future__ import annotations

import re

import bcrypt

from dockwright.errors import DockwrightError

# Every request is checked anew: cost 5 takes 9 ms of the registry's time, cost 10 takes 63.
_COST = 5
_LONGEST = 72  # bcrypt ignores, or refuses, the bytes after these
# A colon ends the name, spaces around a line don't count, and a line of # is a comment.
_USER = re.compile(r"(?![#\s])[^:\x00-\x1f\x7f-\x9f]{1,255}(?<!\s)")


def line(user: str, password: str) -> str:
    """The text of an htpasswd file that lets ``user`` in, and nobody else.

    Raises:
        DockwrightError: a user or password that htpasswd and bcrypt cannot hold.

    Example:
        >>> line("dockwright", "s3cret")[:18]
        'dockwright:$2y$05$'
    """
    check(user, password)
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(_COST)).decode()
    # the same algorithm; htpasswd of Apache writes it so, and every reader knows that form
    return f"{user}:{hashed.replace('$2b$', '$2y$', 1)}\n"


def is_current(text: str | None, user: str, password: str) -> bool:
    """Whether the file's ``text`` lets ``user`` in with ``password``, and nobody else.

    Example:
        >>> is_current(line("dockwright", "s3cret"), "dockwright", "s3cret")
        True
    """
    name, _, hashed = (text or "").rstrip("\n").partition(":")
    if name != user or "\n" in hashed:
        return False
    try:
        return bcrypt.checkpw(password.encode(), hashed.encode())
    except ValueError:  # not a bcrypt hash
        return False


def check(user: str, password: str, source: str = "registry password") -> None:
    """Refuse what cannot be used; the password is not shown.

    Args:
        user: 1 to 255 characters, but a colon and control characters; no # first.
        password: 1 to 72 bytes on one line.
        source: where the password came from, for the error.

    Raises:
        DockwrightError: a user or password that htpasswd and bcrypt cannot hold.

    Example:
        >>> check("a:b", "s3cret")
        Traceback (most recent call last):
        ...
        dockwright.errors.DockwrightError: registry user 'a:b': use 1 to 255 characters, ...
    """
    if not _USER.fullmatch(user):
        raise DockwrightError(
            f"registry user {user!r}: use 1 to 255 characters, no colon and no control character "
            "among them, and no # or space first"
        )
    size = len(password.encode(errors="surrogateescape"))
    if not 1 <= size <= _LONGEST or not password.isprintable():
        raise DockwrightError(
            f"{source}: (hidden) of {size} bytes: use 1 to {_LONGEST} bytes of printable "
            "characters on one line"
        )
