"""Text of others, what a container, a build, a registry or a box says, made fit for a terminal.

Nothing that is not printable comes out: no escape sequence, control character, bidi override or
zero-width letter, but those that are ours to keep. Colours are dropped, since they are of use to
nobody else; all else is shown as Python writes it, such as ``\\x1b]0;``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST = 4000
_TAB = 8
_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
# bold, dim, the colours and their end: nothing that hides, blinks or turns round
_OURS = re.compile(r"(\x1b\[(?:(?:0|1|2|22|39|3[1-7]|9[1-7])(?:;(?=\d)|(?=m)))*m)")


def line(text: str, most: int = 80) -> str:
    """``text`` as one line of printable letters, ``most`` at most.

    Example:
        >>> line("a\\nb")
        'a\\\\nb'
    """
    # cut before it is gone through, and after: an escape is longer than what it shows
    shown = "".join(map(_shown, text[: most + 1]))
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def lines(text: str | bytes, most: int = _LONGEST) -> list[str]:
    """What a program wrote, as lines of printable letters, ``most`` of them in each at most.

    Bytes that are not UTF-8 are shown as ``\\xff``, tabs are expanded, and of a line that was
    written over and over (a bar of progress) the last state is left.

    Example:
        >>> lines(b"10%\\r100%\\n\\x1b[32mdone\\x1b[0m\\tnow\\n")
        ['100%', 'done    now']
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    return list(_lines(text, most))


def _lines(text: str, most: int) -> Iterator[str]:
    ended = text.removesuffix("\n")
    if not text:
        return
    for written in ended.split("\n"):
        last = written.rstrip("\r").rpartition("\r")[2]
        yield line(without_colours(last).expandtabs(_TAB), most)


def without_colours(text: str) -> str:
    """``text`` without its colours, and nothing else done to it.

    Example:
        >>> without_colours("\x1b[1;31mred\x1b[0m")
        'red'
    """
    return _COLOUR.sub("", text)


def block(text: str) -> str:
    """``text`` with its line breaks, printable but for these; nothing is left out.

    Example:
        >>> block("one\\n\\ttwo\\x1b[2J")
        'one\\n        two\\\\x1b[2J'
    """
    return "\n".join("".join(map(_shown, part.expandtabs(_TAB))) for part in text.split("\n"))


def coloured(text: str) -> str:
    """As `block`, with its tabs, and the colours that our own lines have.

    Example:
        >>> coloured("\\x1b[31mred\\x1b[0m \\x1b[8mhidden")
        '\\x1b[31mred\\x1b[0m \\\\x1b[8mhidden'
    """
    parts = _OURS.split(text)
    return "".join(part if number % 2 else _laid_out(part) for number, part in enumerate(parts))


def _laid_out(text: str) -> str:
    return "".join(letter if letter in "\n\t" else _shown(letter) for letter in text)


def _shown(letter: str) -> str:
    return letter if letter.isprintable() else repr(letter)[1:-1]
