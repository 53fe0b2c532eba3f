"""All questions to a box go through one room: nothing else in the library reaches for a connection.

What runs programs of *this* machine (git, openssl, vagrant, the lab's own ssh to a box it has just
made) is no question to a box of a site, and is listed where it is.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "dockwright"
# What starts something on a box, and the modules that may.
WAYS = {
    "run_shell_command": {"box/ask.py", "box/process.py"},  # connectors of pyinfra without channels
    "exec_command": {"box/exec.py"},
    "open_session": set(),
    "budget_of": {"box/connection.py", "box/idle.py"},
    "channel_for": {"box/program.py", "box/session.py"},
    "open_channel": {"box/tunnel.py"},  # to a registry, as the box reaches it
    "program": {"box/ask.py", "box/foreseen/asked.py", "box/process.py", "box/stream.py"},
    "get_file": set(),
    "put_file": set(),
}
# pyinfra's own facts are asked past the room, where a shell that prints is taken for the answer.
PYINFRAS = ("pyinfra.facts", "pyinfra.api.facts")


def _called(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                found.add(function.attr)
            elif isinstance(function, ast.Name):
                found.add(function.id)
    return found


def _imported(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


TREES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(ROOT.rglob("*.py"))
}


@pytest.mark.parametrize("way", WAYS)
def test_only_the_one_room_reaches_a_box(way: str) -> None:
    assert {path for path, tree in TREES.items() if way in _called(tree)} == WAYS[way]


def test_no_fact_of_pyinfras_is_asked() -> None:
    asking = [
        path
        for path, tree in TREES.items()
        if any(module.startswith(PYINFRAS) for module in _imported(tree))
    ]
    assert asking == []
