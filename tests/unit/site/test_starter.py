"""A site to begin with: its boxes, its files, and that nothing of anybody is overwritten."""

import ast
from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.site.starter import StarterBox, files, starter_boxes, write


def test_the_last_box_keeps_the_registry_and_one_alone_does_all() -> None:
    two = starter_boxes({"app": "10.0.0.1", "hub": "10.0.0.2"})
    assert two == (
        StarterBox("app", "10.0.0.1", keeps_registry=False, runs_leaves=True),
        StarterBox("hub", "10.0.0.2", keeps_registry=True, runs_leaves=False),
    )
    assert starter_boxes({"one": "10.0.0.1"}) == (StarterBox("one", "10.0.0.1", True, True),)
    assert starter_boxes({}) == ()


@pytest.mark.parametrize("addresses", [{}, {"one": "10.0.0.1"}, {"a": "10.0.0.1", "b": "fd00::2"}])
def test_every_python_file_of_it_parses_and_each_deploy_is_there(addresses: dict[str, str]) -> None:
    texts = files("mine", starter_boxes(addresses), user="jane")
    for path, text in texts.items():
        assert text.endswith("\n"), path
        if path.endswith(".py"):
            ast.parse(text, path)
    deploys = ("docker_host", "registry_host", "images", "leaves", "site")
    assert {f"deploy/{name}.py" for name in deploys} <= texts.keys()
    inventory = texts[f"inventories/{'boxes' if addresses else 'lab'}.py"]
    for name, address in addresses.items():
        assert name in inventory
        assert address in inventory
    assert ("jane" in inventory) is bool(addresses)


def test_a_file_that_is_there_stops_it_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/site.py").write_text("mine")
    with pytest.raises(
        DockwrightError, match=r"deploy/site\.py: is there already; name a folder of"
    ):
        write(tmp_path, {"README.md": "", "deploy/site.py": "yours"})
    assert [path.name for path in tmp_path.rglob("*")] == ["deploy", "site.py"]
    assert (tmp_path / "deploy/site.py").read_text() == "mine"


def test_a_folder_that_can_t_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "deploy").write_text("a file")
    with pytest.raises(DockwrightError, match=r"deploy.*; name a folder that can be written"):
        write(tmp_path, {"deploy/site.py": ""})
