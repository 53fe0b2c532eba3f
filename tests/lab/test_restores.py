"""Backups restored: onto the same box, another, and onto boxes whose roots were lost."""

import time
from collections.abc import Iterator

import pytest

from tests.lab.labs import backup_lab
from tests.lab.labs.backup_lab import LAB, VOLUME, BackedUp


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackedUp]:
    state = tmp_path_factory.mktemp("backup")
    with LAB.up(state):
        yield backup_lab.furnish(state)


def _former(stood: BackedUp, box: str = "app1") -> str:
    """What a restore lays beside data, where it is left."""
    return stood.root(
        box, "find /srv /var/lib/docker/volumes /etc -maxdepth 3 -name '*.dockwright-*'"
    )


def test_a_restore_brings_back_what_was_and_a_backup_with_which_it_is_not_well_does_not_stay(
    stood: BackedUp,
) -> None:
    stood.says("sick, in the end")
    time.sleep(1)
    stood.does("backup", "wiki")
    stood.says("as it was")
    stood.root(
        "app1", f"mkdir -p {VOLUME}/more\nchown 77:78 {VOLUME}/more\nchmod 711 {VOLUME}/more"
    )
    stood.root("app1", "echo of the folder >/srv/wiki/file")
    stood.does("backup", "wiki")
    moment = stood.rows()["app1/wiki"]["at"]
    stood.says("lost")
    stood.root("app1", f"rm -rf {VOLUME}/more /srv/wiki/*; echo new >{VOLUME}/newer")
    said = stood.does("restore", "wiki")
    assert f"app1: app1/wiki of {moment} is restored; wiki is up" in said
    assert stood.page() == "as it was"
    kept = f"stat -c '%u:%g %a' {VOLUME}/more; cat /srv/wiki/file; ls {VOLUME}"
    assert stood.root("app1", kept).split("\n") == [
        "77:78 711",
        "of the folder",
        "index.html",
        "more",
    ]
    assert _former(stood) == ""
    # the page before is there still, and has the leaf unwell
    first = stood.does("restore", "wiki", "--at", "2020-01-01T00:00:00Z", status=1)
    assert "no backup of it at 2020-01-01T00:00:00Z: the first is of " in first
    earliest = first.partition("the first is of ")[2].split(";")[0]
    assert earliest < moment
    failed = stood.does("restore", "wiki", "--at", earliest, status=1)
    assert "wiki did not come up with the backup of" in failed
    assert "its former data are put back" in failed
    assert stood.page() == "as it was"
    assert _former(stood) == ""
    assert "--at yesterday: no moment" in stood.does(
        "restore", "wiki", "--at", "yesterday", status=1
    )


@pytest.mark.long
def test_a_leaf_moves_to_another_box_with_its_data(stood: BackedUp) -> None:
    stood.says("that moves")
    stood.declare({"app1": ["wiki"], "hub": []})
    stood.hubs_run_leaves = True
    moves = ("move", "wiki", "--to", "hub", "--deploy", "site.py", "--yes")
    stood.declare({"app1": ["wiki"], "hub": []})
    assert "no leaf with data that is declared on box hub" in stood.does(*moves, status=1)
    stood.declare({"app1": ["wiki"], "hub": ["wiki"]})
    assert "is declared on box app1 too" in stood.does(*moves, status=1)
    assert stood.page() == "that moves"
    stood.declare({"app1": [], "hub": ["wiki"]})
    said = stood.does(*moves)
    assert "wiki: is up on box hub" in said
    assert "its former data stay on box app1: /srv/wiki, wikidata" in said
    assert stood.page("hub") == "that moves"
    assert "wiki" not in stood.root("app1", "docker ps --format '{{.Names}}'")
    assert stood.plan()["drift"] is False
