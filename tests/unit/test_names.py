"""One name for one thing, and no test imports another."""

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


def test_no_test_or_helper_of_tests_imports_a_test() -> None:
    imports = []
    for path in sorted((HERE / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                room, _, name = node.module.rpartition(".")
                if room.startswith("tests") and name.startswith("test_"):
                    imports.append(f"{path.relative_to(HERE)}: {node.module}")
    assert imports == []
