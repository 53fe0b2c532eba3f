"""Boxes that are left out by a person's word: which they are, and that nobody connects them."""

from pathlib import Path

import pytest
from pyinfra.api import Config, Inventory, State

from dockwright.box.absent import leave_out, left_out, no_part, why_absent
from dockwright.box.reach import NotReached, reach
from dockwright.box.this_run import give_up
from dockwright.errors import DockwrightError
from dockwright.run.inventory import find, load, members, present

SITE = """
_boxes = [(name, {"ssh_hostname": "192.0.2.1"}) for name in ("one", "two")]
docker_hosts = _boxes
registry_hosts = [("keeper", {"dockwright_away": False})]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "site.py").write_text(SITE)
    (tmp_path / "group_data").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_skipped_box_is_known_and_not_asked(site: Path) -> None:
    with load("site.py", ["one"]) as loaded:
        assert [host.name for host in present(loaded)] == ["two", "keeper"]
        assert len(loaded) == 3
        with pytest.raises(NotReached, match="box one: left out by --skip; nothing is asked"):
            reach(loaded.get_host("one"))
        with pytest.raises(DockwrightError, match="box one: left out by --skip; take that back"):
            find(loaded, "one")
        # who builds is out: the next one
        assert find(loaded).name == "two"


def test_a_group_can_be_skipped_and_not_all_there_is(site: Path) -> None:
    with load("site.py", ["docker_hosts"]) as loaded:
        assert [host.name for host in present(loaded)] == ["keeper"]
        assert [host.name for host in members(loaded, ["docker_hosts", "one"])] == ["one", "two"]
    with (
        load("site.py", ["docker_hosts", "keeper"]) as loaded,
        pytest.raises(DockwrightError, match="no box is left to be asked: one left out by --skip;"),
    ):
        present(loaded)
    with (
        pytest.raises(DockwrightError, match=r"box twoo: not in the inventory; did you mean two\?"),
        load("site.py", ["twoo"]),
    ):
        pass


@pytest.mark.parametrize("text", ["['two']", "('two',)"])
def test_the_site_s_data_may_list_who_is_away(site: Path, text: str) -> None:
    (site / "group_data/all.py").write_text(f"dockwright_away = {text}\n")
    with load("site.py") as loaded:
        assert [host.name for host in present(loaded)] == ["one", "keeper"]


def test_a_name_that_no_box_has_is_refused(site: Path) -> None:
    (site / "group_data/all.py").write_text("dockwright_away = ['tow']\n")
    with (
        pytest.raises(DockwrightError, match="dockwright_away: tow: not in the inventory; did you"),
        load("site.py"),
    ):
        pass


def test_who_is_left_out_and_who_gave_no_answer_have_no_part_each_with_why() -> None:
    run, other = (State(Inventory((["a", "b", "c"], {})), Config()) for _ in range(2))
    a, b, c = run.inventory
    for host in run.inventory:
        run.activate_host(host)
    leave_out(run, {a: "left out by --skip"})
    give_up(b, "box b: gone")
    assert left_out(run) == {"a": "left out by --skip"}
    assert no_part(run) == {"b": "no answer", "a": "left out by --skip"}
    assert [why_absent(host) for host in (a, b, c)] == ["left out by --skip", None, None]
    # of both, what a person said goes before what a box did not
    leave_out(run, {b: "away"})
    assert no_part(run)["b"] == "away"
    assert left_out(other) == {}
