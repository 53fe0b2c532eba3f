"""The chain's plan of a box: one that builds nothing has none, and says who builds."""

import sys
from pathlib import Path

import pytest

from dockwright.run.chain import chain_plan

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


def test_a_box_that_builds_nothing_has_no_plan(site: Path) -> None:
    (site / "pulls.py").write_text(
        'docker_hosts = [("one", {"dockwright_address": "192.0.2.1"}), '
        '("@local", {"dockwright_address": "192.0.2.2"})]\n'
        'registry_hosts = [("keeper", {"dockwright_address": "192.0.2.3"})]\n'
    )
    found = chain_plan("@local", "pulls.py")
    assert found.steps == ()
    assert not found.drift
    assert found.notice == "box @local builds nothing and pulls its leaves; box one builds"
