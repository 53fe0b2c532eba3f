"""A page's figures as an SVG: by case a bar a contender, with a line from the least to the most."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from tests.bench.page import Page, Row

WIDTH = 760
_LEFT, _RIGHT, _TOP = 250, 90, 40
_BAR, _GAP, _HEAD = 16, 4, 26
_OURS, _OTHER, _LINE = "#1f6f8b", "#b8b8b8", "#333333"
_FONT = 'font-family="sans-serif" font-size="12"'


def plot(page: Page) -> str:
    """The picture of ``page``; all its bars have one scale, from 0 on.

    Example::

        path.write_text(plot(page))
    """
    cases = list(dict.fromkeys(row.case for row in page.rows))
    most = max((row.spread.most for row in page.rows), default=1.0) or 1.0
    scale = (WIDTH - _LEFT - _RIGHT) / most
    parts, top = [], _TOP
    for case in cases:
        rows = [row for row in page.rows if row.case == case]
        parts.append(_text(8, top + _HEAD - 10, case, "bold"))
        top += _HEAD
        for row in rows:
            parts += _bar(row, top, scale, _OURS if row.what == page.ours else _OTHER)
            top += _BAR + _GAP
        top += _GAP
    return _drawing(page.title, top + 8, parts)


def _bar(row: Row, top: int, scale: float, colour: str) -> list[str]:
    spread, middle = row.spread, top + _BAR / 2
    length = spread.median * scale
    least, most = _LEFT + spread.least * scale, _LEFT + spread.most * scale
    return [
        _text(_LEFT - 8, top + 12, row.what, anchor="end"),
        f'<rect x="{_LEFT}" y="{top}" width="{length:.1f}" height="{_BAR}" fill="{colour}"/>',
        f'<path d="M{least:.1f} {middle:.1f}H{most:.1f}" stroke="{_LINE}" stroke-width="2"/>',
        _text(most + 8, top + 12, f"{spread.median:.2f} s"),
    ]


def _text(x: float, y: float, words: str, weight: str = "normal", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {_FONT} font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def _drawing(title: str, height: int, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img">'
    )
    name = f"<title>{escape(title)}</title>"
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    return "\n".join([head, name, ground, _text(8, 22, title, "bold"), *parts, "</svg>"]) + "\n"
