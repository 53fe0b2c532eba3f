"""The patterns of ``${V#…}``, ``${V%…}`` and ``${V/…/…}`` of Dockerfiles, as BuildKit has them."""

from __future__ import annotations

import re

_ANY = re.compile(r"\\?.", re.DOTALL)


def trimmed(value: str, pattern: str, *, end: bool, longest: bool) -> str:
    """``value`` without what ``pattern`` meets at its beginning, or at its ``end``.

    Raises:
        ValueError: a backslash before a letter that needs none.

    Example:
        >>> trimmed("1.2.3", ".*", end=True, longest=False)
        '1.2'
    """
    parts = _parts(pattern)
    if end:
        # the shortest that ends it is found from behind
        met = re.match(_regular(list(reversed(parts)), longest), value[::-1])
        return value[: len(value) - met.end()] if met else value
    met = re.match(_regular(parts, longest), value)
    return value[met.end() :] if met else value


def replaced(value: str, pattern: str, by: str, *, everywhere: bool) -> str:
    """``value`` with ``by`` where ``pattern`` meets, at its first place or ``everywhere``.

    Raises:
        ValueError: a backslash before a letter that needs none.

    Example:
        >>> replaced("1.2.3", ".", "-", everywhere=True)
        '1-2-3'
    """
    return re.sub(
        _regular(_parts(pattern), True), lambda _: by, value, count=0 if everywhere else 1
    )


def _parts(pattern: str) -> list[str]:
    """A letter, or one with a backslash in front, each."""
    made = []
    for part in _ANY.findall(pattern):
        if part in ("\\/", "\\}"):  # written so only for the brace around it
            part = part[1]
        elif part[0] == "\\" and part not in ("\\*", "\\?", "\\\\"):
            raise ValueError(f"{part}: nothing to escape; only * ? \\ / }} may have a backslash")
        made.append(part)
    return made


def _regular(parts: list[str], longest: bool) -> str:
    star = ".*" if longest else ".*?"
    known = {"*": star, "?": "."}
    return "".join(known.get(part) or re.escape(part[-1]) for part in parts)
