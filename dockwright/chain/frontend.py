"""The image that a Dockerfile names as what reads it: ``# syntax=docker/dockerfile:1``."""

from __future__ import annotations

import re

_DIRECTIVE = re.compile(r"(?:#|//)\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*")


def frontend(text: str) -> tuple[str, int] | None:
    """The image that BuildKit reads ``text`` with, and its line (from 1); None for its own.

    Directives stand above all else, but for a line ``#!…``; the first comment that is none ends
    them. What stands behind the image's name is for it.

    Source: https://docs.docker.com/build/buildkit/frontend/ ; the classic builder has none.

    Example:
        >>> frontend("# syntax=docker/dockerfile:1\\nFROM scratch")
        ('docker/dockerfile:1', 1)
    """
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if number == 1 and line.startswith("#!"):
            continue
        directive = _DIRECTIVE.fullmatch(line.rstrip("\r"))
        if directive is None:
            return None
        if directive[1].lower() == "syntax":
            return directive[2].split()[0], number
    return None
