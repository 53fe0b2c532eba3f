"""The labs of the tests: no two share a name or a subnet, and one process at a time has one."""

import ipaddress
import json
import re
import subprocess
import sys
from importlib import import_module
from itertools import chain, combinations
from pathlib import Path

import pytest

from dockwright import lab
from tests import run_order
from tests.lab.labs import own_lab
from tests.lab.labs.own_lab import OwnLab

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = (ROOT / "tests/lab", ROOT / "tests/suites")
ONE = OwnLab("onetest", "192.168.99.0/24")
# tests/lab/test_boxes.py is of labs themselves; the others are stood up by processes of their own
MADE_IN = {"own_lab.py", "site_lab.py", "newer_lab.py", "backup_lab.py", "test_boxes.py"}
TAKEN = {
    "of tests/vagrant": "192.168.59.0/24",
    "of users' labs": "192.168.50.0/24",
    "of tests/bench": "192.168.72.0/24",
}


@pytest.fixture(autouse=True)
def _in_the_usual_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_lab, "RANGE", "192.168")


def declared() -> set[OwnLab]:
    found: set[OwnLab] = set()
    for path in chain.from_iterable(folder.rglob("*.py") for folder in FOLDERS):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        values = vars(import_module(name)).values()
        found.update(value for value in values if isinstance(value, OwnLab))
    return found


def test_no_two_share_a_name_or_a_subnet() -> None:
    labs = declared()
    assert len(labs) > 10
    subnets = {lab.declared_name: lab.declared_subnet for lab in labs}
    assert len(subnets) == len(labs), sorted(lab.declared_name for lab in labs)
    for (one, its), (other, others) in combinations({**subnets, **TAKEN}.items(), 2):
        assert not ipaddress.ip_network(its).overlaps(ipaddress.ip_network(others)), (one, other)


def test_each_has_settings_that_a_lab_takes_in_another_range_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for made in declared():
        assert made.settings(tmp_path).subnet == made.declared_subnet
    monkeypatch.setattr(own_lab, "RANGE", "10.177")
    for made in declared():
        assert made.settings(tmp_path).name == f"{made.declared_name}-177"
        assert made.address(made.boxes[0]).startswith("10.177.")


def test_no_file_brings_up_one_that_it_has_not_declared() -> None:
    up = re.compile(r"\blab\.up\(|\bmake_settings\(|\bsettings_for\(")
    files = chain.from_iterable(folder.rglob("*.py") for folder in FOLDERS)
    found = {path.name for path in files if up.search(path.read_text())}
    assert found <= MADE_IN, f"declare it: {own_lab.__doc__}"


def test_the_files_that_a_run_begins_with_are_there() -> None:
    named = (*run_order.SECONDS, *run_order.MEANWHILE)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_slow_ones_come_first_and_those_of_the_site_after_its_boxes_are_stood_up() -> None:
    files = {
        "tests/lab/test_drift.py": True, "tests/lab/test_survival.py": True,
        "tests/lab/test_a.py": True, "tests/lab/test_upgrades.py": False,
        "tests/lab/test_bake.py": False, "tests/unit/test_z.py": False,
    }  # fmt: skip
    order = sorted(files, key=lambda path: run_order.place(path, files[path]))
    assert order == [
        "tests/unit/test_z.py", "tests/lab/test_bake.py", "tests/lab/test_survival.py",
        "tests/lab/test_drift.py", "tests/lab/test_a.py", "tests/lab/test_upgrades.py",
    ]  # fmt: skip


def test_files_that_share_a_lab_are_one_workers() -> None:
    class Item:
        def __init__(self, nodeid: str, *fixturenames: str) -> None:
            self.nodeid, self.fixturenames = nodeid, fixturenames

    items = [
        Item("a.py::one", "standing"), Item("a.py::two"), Item("b.py::one", "tmp_path"),
        Item("c.py::one", "odd_boxes"),
    ]  # fmt: skip
    assert run_order.groups(items) == {"a.py": run_order.SITE, "c.py": "odd"}  # type: ignore[arg-type]


@pytest.fixture
def taken_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The labs that were taken down, where nothing is up."""
    names: list[str] = []
    monkeypatch.setattr(own_lab, "LOCKS", tmp_path)
    monkeypatch.setattr(own_lab, "_WAIT", 0)
    monkeypatch.setattr(lab, "down", lambda name, state, echo: names.append(f"{name} in {state}"))
    return names


def _left(folder: Path, **said: object) -> Path:
    path = folder / "dockwright-test-onetest"
    path.write_text(json.dumps({"lab": "onetest", "state": "/former", "run": "r", **said}))
    return path


def test_one_process_at_a_time_has_a_lab_and_takes_it_down(
    taken_down: list[str], tmp_path: Path
) -> None:
    with ONE.held(tmp_path / "a"):
        with pytest.raises(AssertionError, match="in use"), ONE.held(tmp_path / "b"):
            pass
        assert taken_down == []
    assert taken_down == [f"onetest in {tmp_path}/a"]
    with ONE.held(tmp_path / "b"):
        pass
    assert taken_down[1:] == [f"onetest in {tmp_path}/b"]


def test_what_a_killed_run_left_goes_before_a_lab_is_made_anew(
    taken_down: list[str], tmp_path: Path
) -> None:
    _left(tmp_path)
    with ONE.held(tmp_path / "a"):
        assert taken_down == ["onetest in /former"]


def test_what_the_workers_of_a_run_left_goes_and_no_other_runs(
    taken_down: list[str], tmp_path: Path
) -> None:
    path = _left(tmp_path)
    assert own_lab.take_down_all_of("another") == []
    assert own_lab.take_down_all_of("r") == ["onetest"]
    assert (taken_down, path.read_text()) == (["onetest in /former"], "")
    assert own_lab.take_down_all_of("r") == []


def test_a_lab_that_is_being_stood_up_is_ended_first(taken_down: list[str], tmp_path: Path) -> None:
    line = "import sys, time; print(flush=True); time.sleep(60)"
    standing = subprocess.Popen(
        [sys.executable, "-c", line, own_lab.STAND_UP],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert standing.stdout
    standing.stdout.readline()
    _left(tmp_path, stand_up=standing.pid)
    assert own_lab.take_down_all_of("r") == ["onetest"]
    assert standing.wait(5) != 0
    assert taken_down == ["onetest in /former"]
