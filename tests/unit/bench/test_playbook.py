"""What the other tools are told to declare, and how it is known that they found nothing to do."""

import base64
import json
from pathlib import Path

import pytest

from tests.bench import playbook, stock
from tests.bench.resources import Resources, parsed
from tests.bench.site import BenchError

SAID = {
    "packages": ["docker.io"],
    "users": [["stash", 60801, "/srv/stash", "/usr/sbin/nologin", "stash"]],
    "groups": {"stash": 60801},
    "entries": [
        {"path": "/srv/stash", "mode": 0o40750, "owner": "stash", "group": "stash", "data": None},
        {
            "path": "/etc/dockwright/registry/registry.yml",
            "mode": 0o100640,
            "owner": "root",
            "group": "5000",
            "data": base64.b64encode(b"\xff\x00").decode(),
        },
    ],
    "host_lines": ["192.168.72.10 docker.vagrant docker"],
    "units": ["docker.service"],
    "enabled": ["docker.service"],
    "images": ["web:r-123"],
}
RECAP = """\
PLAY RECAP *********************************************************************
docker                     : ok=9    changed=0    unreachable=0    failed=0    skipped=0
registry                   : ok=8    changed={changed}    unreachable=0    failed=0    skipped=1
"""


@pytest.fixture
def found(tmp_path: Path) -> Resources:
    return parsed(SAID, tmp_path / "files")


def test_a_file_has_its_bytes_and_its_mode(found: Resources) -> None:
    [file] = found.files
    assert file.source is not None
    assert Path(file.source).read_bytes() == b"\xff\x00"
    assert (file.mode, found.folders[0].mode) == ("640", "750")
    assert Path(file.source).parent.stat().st_mode & 0o077 == 0


def test_the_inventory_has_a_box_with_its_lists(found: Resources, tmp_path: Path) -> None:
    known = tmp_path / "known"
    argv, environment = playbook.write(
        tmp_path / "made", {"docker": {"ansible_port": 4022}}, {"docker": found}, known
    )
    hosts = json.loads((tmp_path / "made/hosts.yaml").read_text())["all"]["hosts"]
    assert hosts["docker"]["ansible_port"] == 4022
    assert hosts["docker"]["groups_of_box"] == {"stash": 60801}
    assert "groups" not in hosts["docker"]
    configuration = Path(environment["ANSIBLE_CONFIG"]).read_text()
    assert "pipelining = True" in configuration
    assert Path(argv[-1]).is_file()


def test_there_are_forks_for_all_boxes(found: Resources, tmp_path: Path) -> None:
    boxes = {f"box{number}": {} for number in range(12)}
    _, environment = playbook.write(tmp_path, boxes, dict.fromkeys(boxes, found), tmp_path / "k")
    assert "forks = 12\n" in Path(environment["ANSIBLE_CONFIG"]).read_text()


def test_ok_and_nothing_changed_is_what_is_wanted() -> None:
    playbook.check(RECAP.format(changed=0), boxes=2)


@pytest.mark.parametrize(("changed", "boxes"), [(1, 2), (0, 3), (0, 1)])
def test_all_else_is_told(changed: int, boxes: int) -> None:
    with pytest.raises(BenchError, match="not ok=N changed=0"):
        playbook.check(RECAP.format(changed=changed), boxes)


def test_a_run_that_said_nothing_is_told() -> None:
    with pytest.raises(BenchError):
        playbook.check("", boxes=2)


def test_stock_operations_leave_out_an_owner_that_is_a_number_only(
    found: Resources, tmp_path: Path
) -> None:
    stock.write(tmp_path, {"docker": {}}, {"docker": found})
    values: dict[str, object] = {}
    exec((tmp_path / "inventory.py").read_text(), values)  # noqa: S102 - our own
    [(_, data)] = values["boxes"]  # type: ignore[misc]
    assert data["bench"]["files"][0]["group"] is None
    assert data["bench"]["files"][0]["owner"] == "root"


def test_stock_operations_that_changed_something_are_named() -> None:
    said = {
        "totals": {"hosts": 1, "success": 1, "error": 0},
        "operations": [{"name": "Files/Put", "success": ["docker"], "error": []}],
    }
    with pytest.raises(BenchError, match="Files/Put"):
        stock.check(json.dumps({"results": said}))
