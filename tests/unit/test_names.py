"""One name for one thing: no two classes of the package are called the same."""

import ast
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
# users import both: what a person logs in by, and the fact of that which a box keeps
KNOWN = {"Login"}


def test_no_two_classes_are_called_the_same() -> None:
    found = defaultdict(list)
    for path in sorted((HERE / "dockwright").rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(str(path.relative_to(HERE)))
    twice = {name: paths for name, paths in found.items() if len(paths) > 1}
    assert twice.keys() == KNOWN, twice
