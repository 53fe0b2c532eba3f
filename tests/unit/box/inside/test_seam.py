"""Nothing but `dockwright.box.inside` touches what pyinfra does not offer to others.

Each of these would be found here as a word; what they are used for is asked of pyinfra itself by
the tests beside this one.
"""

import ast
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[4]
ROOT = PROJECT / "dockwright"
INSIDE = "box/inside/"
TREES = {
    file: ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(ROOT.rglob("*.py"))
    if not (file := str(path.relative_to(ROOT))).startswith(INSIDE)
}
# Private names of others than pyinfra.
OTHERS = {
    "chain/context.py": {"_Hash"},  # hashlib's type
    "box/channels.py": {"_unlink_channel", "_channels"},  # paramiko's transport
}
# Where attributes are put into an object by name, of which objects.
PUT = {
    "box/channels.py": "paramiko's transport",
    "box/copied.py": "a copy of a value of ours",
    "box/idle.py": "what is ours, with pyinfra's connector",
    "deploys/leaf_box.py": "a function of ours",
}
# Attributes that pyinfra keeps for itself, though their names are not private.
ATTRIBUTES = {
    *("current_deploy_kwargs", "current_deploy_data", "op_hash_order", "is_cli"),
    *("get_file_transfer_connection", "nonlocals", "__closure__", "cell_contents"),
}
# Names of its functions and keys.
WORDS = re.compile(
    r"get_fact|noop|get_ssh_config|parse_config|hop_config|_load_private_key_file|"
    r"missing_host_key|append_hostkey|prompted_sudo_password|sudo_askpass_path.*|exec_file|"
    r"log_error_or_warning|func|_(get|put)_file"
)


def _imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def _is_own(node: ast.Attribute) -> bool:
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id == "super"
    return isinstance(value, ast.Name) and value.id in ("self", "cls")


@pytest.mark.parametrize("file", TREES)
def test_only_the_seam_touches_pyinfras_inside(file: str) -> None:
    tree, found = TREES[file], []
    found += [name for name in _imports(tree) if name.split(".")[0] == "pyinfra_cli"]
    found += [
        name
        for name in _imports(tree)
        if name.startswith("pyinfra.") and any(word.startswith("_") for word in name.split("."))
    ]
    found += [name for name in _imports(tree) if name.endswith((".getclosurevars", "ssh_config"))]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not _is_own(node):
            is_private = node.attr.startswith("_") and not node.attr.startswith("__")
            if is_private and node.attr not in OTHERS.get(file, ()):
                found.append(f"{node.lineno}: .{node.attr}")
            if node.attr in ATTRIBUTES:
                found.append(f"{node.lineno}: .{node.attr}")
            if node.attr == "command_generator" and isinstance(node.ctx, ast.Store):
                found.append(f"{node.lineno}: .{node.attr} =")
        is_word = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_word and WORDS.fullmatch(node.value):  # type: ignore[attr-defined]
            found.append(f"{node.lineno}: {node.value!r}")
    assert found == []


def test_attributes_are_put_into_nothing_of_pyinfras() -> None:
    found = set()
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            puts = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
            of = node.value if puts else None  # type: ignore[attr-defined]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of = node.func.value if node.func.attr in ("update", "setdefault") else None
            if isinstance(of, ast.Call) and ast.unparse(of.func) == "vars":
                found.add(file)
    assert found == PUT.keys()


def test_the_release_that_this_was_run_with_is_allowed_and_no_other() -> None:
    """Each release that the tests beside were run with is named; the next one is a red line."""
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    (needed,) = map(Requirement, re.findall(r'"(pyinfra[=<>~!][^"]*)"', text))
    assert all(one.operator == "==" for one in needed.specifier), needed
    assert version("pyinfra") in needed.specifier
