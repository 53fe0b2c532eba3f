"""Every module has its test where one guesses it; docs/explanation/architecture.md says where."""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path.relative_to(HERE / "dockwright")
    for path in (HERE / "dockwright").rglob("*.py")
    if path.name != "__init__.py"
)
# Modules that have no test of their own yet, most of which do nothing without an engine or a whole
# site: those are tried in tests/lab. This list only becomes shorter.
OPEN = frozenset(
    {
        *("building/cache.py", "building/recall.py", "building/run.py", "building/work.py"),
        *(
            "deploys/declare.py",
            "deploys/images.py",
            "deploys/leaf/data.py",
            "deploys/leaf/declared.py",
            "deploys/leaf/members.py",
            "deploys/leaves.py",
            "deploys/older.py",
            "deploys/package.py",
            "deploys/registry_access.py",
            "deploys/room.py",
            "deploys/updates.py",
        ),
        *("engine/health.py", "engine/inside.py", "engine/layers.py", "engine/load.py"),
        *("facts/beside.py", "facts/sboms.py"),
        *("operations/image/described.py", "operations/updates/turn.py"),
        *("run/apply.py", "run/inside.py", "run/one_off.py", "run/rollback.py"),
        *("sbom/contents.py", "sbom/packages.py", "sbom/report.py"),
        *("switching/former.py", "switching/release.py", "switching/switch.py"),
    }
)


def _places(module: Path) -> list[Path]:
    """Where its test may be: a file, or a folder of cases."""
    tests, room, name = HERE / "tests", module.parts[0], module.stem
    found = [tests / "unit" / module.parent / f"test_{name}.py"]
    if room in ("operations", "facts"):
        found.append(tests / room / f"test_{name}.py")
        # of operations.boot.job the folder is boot.job, of what hosts.py has hosts.entries and such
        cases = ".".join(module.with_suffix("").parts[1:])
        found += (tests / room).glob(cases if "." in cases else f"{cases}.*")
    return [path for path in found if path.exists()]


def _imported(test: Path) -> set[str]:
    """What a test imports, each with the modules that it may be."""
    found = set()
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # what import_module is told, and what a Python of its own runs
            found |= {node.value, *re.findall(r"^import (\S+)$", node.value, re.MULTILINE)}
    return found


def _runs_the_command(test: Path) -> bool:
    """Whether it tries `dockwright` as a user runs it, from a process of its own."""
    text = test.read_text(encoding="utf-8")
    return 'with_name("dockwright")' in text or "tests.stand_in_vagrant" in text


@pytest.mark.parametrize("module", [path.as_posix() for path in MODULES])
def test_a_module_has_its_test_where_one_guesses_it(module: str) -> None:
    places = _places(Path(module))
    if module in OPEN:
        assert not places, f"{module}: has its test now; take it out of OPEN"
        return
    wanted = f"tests/unit/{Path(module).parent.as_posix()}/test_{Path(module).name}"
    assert places, f"{module}: no test of its name; make {wanted}"


@pytest.mark.parametrize("module", [path.as_posix() for path in MODULES])
def test_a_test_of_its_name_is_of_it(module: str) -> None:
    names = ("dockwright", *Path(module).with_suffix("").parts)
    # what a package hands on is imported from it
    meant = {".".join(names), ".".join(names[:-1])} - {"dockwright"}
    for test in _places(Path(module)):
        if test.is_dir():
            assert any(test.glob("*.yaml")), test
        elif not _runs_the_command(test):
            assert meant & _imported(test), f"{test.relative_to(HERE)}: imports nothing of {module}"


def test_what_has_none_yet_is_there() -> None:
    assert {path.as_posix() for path in MODULES} >= OPEN
