"""docs/reference/files.md: each path is one that the code has, with the mode that it gives it."""

import ast
import re
from pathlib import Path

import pytest

from dockwright.box import record
from dockwright.registry import places

ROOT = Path(__file__).resolve().parents[3]
ROWS = re.findall(
    r"^\| (/[^|,]+?)(?:, [^|]*)? \| (\d*) \|", (ROOT / "docs/reference/files.md").read_text(), re.M
)
SAID = {str(value) for value in (*vars(places).values(), record.RUNS)} | {
    node.value
    for path in (ROOT / "dockwright").rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}


def test_there_are_many() -> None:
    assert len(ROWS) >= 16


@pytest.mark.parametrize(("path", "mode"), ROWS)
def test_the_code_has_it(path: str, mode: str) -> None:
    # what stands for a name, and the rest behind it, is no word of the code
    fixed = re.split(r"[A-Z…]", path)[0].rstrip("/")
    assert any(fixed in text for text in SAID), path
    if path in places.MODES:
        assert places.MODES[path].split()[0] == mode
