"""A site's folder as the current one, for what reads an inventory."""

import sys
from pathlib import Path

import pytest

SITE = """
from helpful import NAMES

_boxes = [(name, {"ssh_hostname": "192.0.2.1"}) for name in NAMES]
docker_hosts = _boxes[:2]
registry_hosts = _boxes[2:]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site's folder, as the current one: an inventory with data and an import of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "helpful", raising=False)
    monkeypatch.delenv("DOCKWRIGHT_INVENTORY", raising=False)
    (tmp_path / "helpful.py").write_text('NAMES = ["one", "two", "keeper"]\n')
    folder = tmp_path / "inventories"
    (folder / "group_data").mkdir(parents=True)
    (folder / "lab.py").write_text(SITE)
    (folder / "group_data" / "all.py").write_text("dockwright_max_age_days = 7\n")
    return tmp_path
