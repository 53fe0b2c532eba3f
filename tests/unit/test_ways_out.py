"""Operations, facts and what is below them say what a caller does; deploys, what a site does."""

import ast
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from dockwright.site.settings import Settings
from dockwright.site.ways_out import SITE
from dockwright.ways_out import WayOut

PACKAGE = Path(__file__).resolve().parents[2] / "dockwright"
ROOMS = ["operations", "facts", "registry", "commands", "switching", "building", "inits", "chain"]
KEYS = {f"dockwright_{name}" for name in Settings.model_fields}
_KEY = re.compile(r"\bdockwright_[a-z_]+")


def _texts(module: Path) -> list[str]:
    """All strings of a module, but docstrings."""
    tree = ast.parse(module.read_text())
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_below_the_deploys_names_a_site_s_keys_or_files(room: str) -> None:
    for module in sorted(PACKAGE.joinpath(room).rglob("*.py")):
        for text in _texts(module):
            assert not set(_KEY.findall(text)) & KEYS, (module, text)
            assert not re.search(r"\bdeploy/[a-z_]+\.py", text), (module, text)


def test_a_site_has_its_words_for_each_and_fills_in_no_more_than_a_library() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert set(SITE) == set(WayOut)
    for way in WayOut:
        assert fields(SITE[way]) <= fields(way.value) | {"image"}
        assert not _KEY.search(way.value)
        assert set(_KEY.findall(SITE[way])) <= KEYS


def test_who_calls_operations_alone_reads_of_operations() -> None:
    lines = (
        "from dockwright.engine.place import why_not",
        "print(why_not('web1', 'none'))",
        "import dockwright.deploys",
        "print(why_not('web1', 'none'))",
    )
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    said = "box web1: there is no docker client on it; install one: "
    assert done.stdout.splitlines() == [f"{said}engine.package", f"{said}deploy/docker_host.py"]
