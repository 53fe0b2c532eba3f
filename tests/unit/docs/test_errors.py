"""docs/how-to/when-something-is-wrong.md: each error that it explains is one that the code says."""

import ast
import re
from pathlib import Path

import pytest

from dockwright.site.ways_out import SITE
from dockwright.ways_out import WayOut

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/how-to/when-something-is-wrong.md"
ROWS = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(), re.MULTILINE)


def _said() -> list[str]:
    """Each text of the code, with … for what is filled in."""
    found = []
    for path in (ROOT / "dockwright").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                found.append("".join(map(_part, node.values)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return found


def _part(part: ast.expr) -> str:
    """A piece of a text; a way out in the words that a site's user reads."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    named = [one.attr for one in ast.walk(part) if isinstance(one, ast.Attribute)]
    ways = [SITE[WayOut[name]] for name in named if name in WayOut.__members__]
    return re.sub(r"{.*?}", "…", ways[0]) if ways else "…"


SAID = _said()


@pytest.mark.parametrize("row", ROWS)
def test_the_code_says_it(row: str) -> None:
    wanted = re.compile(".*".join(re.escape(piece) for piece in row.split("…")), re.DOTALL)
    assert any(wanted.search(text) for text in SAID), row


def test_there_are_many() -> None:
    assert len(ROWS) >= 40
