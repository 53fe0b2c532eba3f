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
# Modules that do nothing without an engine, a registry or a whole site: boxes are where each is
# tried, by which file. `sbom` is tried by what it makes.
ON_BOXES = {
    "building/cache.py": "lab/test_growth.py",
    "building/recall.py": "lab/test_image_registry.py",
    "building/run.py": "lab/test_chain_build.py",
    "building/work.py": "lab/test_chain_build.py",
    "deploys/declare.py": "lab/test_dead_boxes.py",
    "deploys/images.py": "lab/test_chain_build.py",
    "deploys/leaf/data.py": "lab/test_data_of_leaves.py",
    "deploys/leaf/declared.py": "lab/test_jobs_of_leaves.py",
    "deploys/leaf/members.py": "lab/test_dead_boxes.py",
    "deploys/leaf/service.py": "lab/test_swarm_site.py",
    "deploys/leaves.py": "lab/test_strangers_site.py",
    "deploys/older.py": "lab/test_strangers_site.py",
    "deploys/package.py": "lab/test_package.py",
    "deploys/registry_access.py": "lab/test_signatures.py",
    "deploys/room.py": "lab/test_growth.py",
    "deploys/updates.py": "lab/test_updates.py",
    "engine/health.py": "lab/test_outages.py",
    "engine/inside.py": "lab/test_sboms.py",
    "engine/layers.py": "lab/test_graph.py",
    "engine/load.py": "lab/test_images_of_others.py",
    "engine/service.py": "lab/test_services.py",
    "facts/beside.py": "lab/test_signatures.py",
    "facts/sboms.py": "lab/test_sboms.py",
    "operations/image/described.py": "lab/test_sboms.py",
    "operations/image/upload.py": "lab/test_image_registry.py",
    "operations/service/leaf.py": "lab/test_services.py",
    "operations/service/only.py": "lab/test_services.py",
    "operations/service/pause.py": "lab/test_services.py",
    "operations/service/wanted.py": "lab/test_services.py",
    "operations/swarm/decided.py": "lab/test_swarm.py",
    "operations/swarm/deeds.py": "lab/test_swarm.py",
    "operations/swarm/member.py": "lab/test_swarm.py",
    "operations/swarm/only.py": "lab/test_swarm.py",
    "operations/updates/turn.py": "lab/test_updates.py",
    "run/apply.py": "lab/test_plan_apply.py",
    "run/backup/drill.py": "lab/test_restores.py",
    "run/backup/move.py": "lab/test_restores.py",
    "run/backup/put.py": "lab/test_backups.py",
    "run/backup/restic.py": "lab/test_backups.py",
    "run/backup/restore.py": "lab/test_backups.py",
    "run/backup/save.py": "lab/test_backups.py",
    "run/backup/tried.py": "lab/test_restores.py",
    "run/compose.py": "lab/test_swarm_site.py",
    "run/inside.py": "lab/test_sboms.py",
    "run/one_off.py": "lab/test_jobs_of_leaves.py",
    "run/registry/looked.py": "lab/test_registry_kept.py",
    "run/rollback.py": "lab/test_upgrades.py",
    "run/service_back.py": "lab/test_services.py",
    "run/status/declared.py": "lab/test_status.py",
    "run/status/registries.py": "lab/test_status.py",
    "sbom/contents.py": "unit/sbom/test_cves.py",
    "sbom/packages.py": "unit/sbom/test_document.py",
    "sbom/report.py": "unit/sbom/test_cves.py",
    "switching/former.py": "lab/test_upgrades.py",
    "switching/release.py": "lab/test_jobs_of_leaves.py",
    "switching/services.py": "lab/test_services.py",
    "switching/switch.py": "lab/test_upgrades.py",
}


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
    if module in ON_BOXES:
        assert not places, f"{module}: has its test now; take it out of ON_BOXES"
        assert (HERE / "tests" / ON_BOXES[module]).is_file()
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


def test_what_is_tried_on_boxes_is_there() -> None:
    assert {path.as_posix() for path in MODULES} >= ON_BOXES.keys()
