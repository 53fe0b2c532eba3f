"""Boxes that a site had: what records say of them, and what is recorded next."""

import json
import subprocess
from dataclasses import asdict
from pathlib import Path

from dockwright.box.record import RUNS, Record
from dockwright.facts.runs import Last, LastRun
from dockwright.site.members import SiteMember, former, joined, known_as, member, recorded

APP1, APP2 = SiteMember("192.0.2.1", {"web": ()}), SiteMember("192.0.2.2", {"db": ("dbdata",)})
LAST = "2026-11-29T20:00:00Z"


def test_what_is_recorded_reads_back() -> None:
    for one in (APP1, APP2, SiteMember("", {}, LAST)):
        assert member(one.plain()) == one


def test_a_box_that_is_not_in_the_inventory_is_a_former_one_since_the_last_run() -> None:
    assert former({"app1": APP1, "app2": APP2}, {"app1": APP1}, LAST) == {
        "app2": SiteMember("192.0.2.2", {"db": ("dbdata",)}, LAST)
    }
    # and stays so
    old = SiteMember("192.0.2.2", {}, "2026-01-01T00:00:00Z")
    assert former({"app2": old}, {}, LAST)["app2"].until == "2026-01-01T00:00:00Z"


def test_a_box_with_another_name_and_its_address_is_the_same_one() -> None:
    known = known_as({"@ssh/192.0.2.2": APP2, "app1": APP1}, {"app1": APP1, "app2": APP2})
    assert known == {"app1": APP1, "app2": APP2}
    assert former(known, {"app1": APP1, "app2": APP2}, LAST) == {}
    # two without an address are two
    assert set(known_as({"a": SiteMember()}, {"b": SiteMember()})) == {"a"}


def test_one_that_is_said_to_be_gone_is_forgotten_by_a_whole_run_alone() -> None:
    gone = {"app2": APP2}
    made = recorded({"app1": APP1, "app2": APP2}, {"app1": APP1}, gone, ["app2"])
    assert set(made.whole) == {"app1"}
    assert set(made.part) == {"app1", "app2"}


def test_a_leaf_that_was_not_moved_as_yet_is_where_it_was() -> None:
    known = {"app1": APP1, "app2": APP2}
    moved = {"app1": SiteMember("192.0.2.1", {"web": (), "db": ("dbdata",)}), "app2": SiteMember()}
    made = recorded(known, moved, {}, [])
    assert made.whole == moved
    assert made.part["app2"].leaves == {"db": ("dbdata",)}


def test_what_any_box_knows_of_a_run_is_known() -> None:
    found = joined(
        [{"app2": APP2}, {"app2": SiteMember("192.0.2.2", {"db": ("new",)}), "app1": APP1}]
    )
    assert found["app2"].leaves == {"db": ("dbdata", "new")}
    assert found["app1"] == APP1


def test_a_run_that_knew_no_boxes_does_not_hide_those_of_one_before(tmp_path: Path) -> None:
    records = [
        Record(LAST, 1.0, "a", "8070c6152d1e", "site.py", "ok", members={"app2": APP2.plain()}),
        Record("2026-11-29T21:00:00Z", 1.0, "a", "", "rollback of web", "ok"),
    ]
    runs = tmp_path / "runs.jsonl"
    cut = '{"began": "2026-11-29T22:00:00Z", "members": {"app2": {"addr'
    runs.write_text("".join(f"{json.dumps(asdict(one))}\n" for one in records) + cut)
    script = LastRun().script().replace(RUNS, str(runs))
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    found = LastRun().read(done.stdout.splitlines())
    assert found == Last("8070c6152d1e", LAST, {"app2": APP2}, is_first=False)
