"""Lines and tables that fit a terminal of 80 columns and break between words alone."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

WIDTH = 80
_GAP = "  "
_NARROWEST = 20  # a last column gets this much at least


def wrapped(parts: Sequence[str], indent: str = "", further: str = "") -> list[str]:
    """``parts`` with two spaces between them, on as many lines as they need.

    A line ends between two parts where it can, else between words; a word is never broken.

    Args:
        parts: in their order; empty ones are left out.
        indent: before the first line.
        further: before every other.

    Example:
        >>> wrapped(["+ api.web.1", "env " + "NAME, " * 12 + "LAST"], "  ", "      ")[0]
        '  + api.web.1'
    """
    lines, line = [], indent
    for part in filter(None, parts):
        begun = line.strip() != ""
        longer = f"{line}{_GAP if begun else ''}{part}"
        if len(longer) <= WIDTH:
            line = longer
            continue
        if begun:
            lines.append(line)
            line = further
        *whole, line = _by_words(part, line, further)
        lines += whole
    return [*lines, line]


def _by_words(text: str, indent: str, further: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent]


def _broken(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def table(rows: Sequence[Sequence[str]], numbers: Sequence[int] = (), wide: int = 0) -> list[str]:
    """``rows`` in columns, the first of them the head, empty columns left out.

    Args:
        rows: all of one length.
        numbers: which columns are figures and stand to the right.
        wide: the column that is wrapped, by words, where the line would be too long.

    Example:
        >>> table([("box", "changed", "why"), ("docker", "3", "")], numbers=[1])
        ['box     changed', 'docker        3']
    """
    kept = [one for one in range(len(rows[0])) if any(row[one] for row in rows[1:])]
    widths = {one: max(len(row[one]) for row in rows) for one in kept}
    others = sum(width + len(_GAP) for one, width in widths.items() if one != wide)
    if wide in kept:
        widths[wide] = min(widths[wide], max(WIDTH - others, _NARROWEST))
    lines = []
    for row in rows:
        parts = _broken(row[wide], widths.get(wide, WIDTH)) or [""]
        for number, part in enumerate(parts):
            cells = {one: row[one] if number == 0 else "" for one in kept} | {wide: part}
            lines.append(
                _GAP.join(
                    cells[one].rjust(width) if one in numbers else cells[one].ljust(width)
                    for one, width in widths.items()
                ).rstrip()
            )
    return lines
