"""Backups restored: onto the same box, another, and onto boxes whose roots were lost."""

import json
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.lab.labs import backup_lab
from tests.lab.labs.backup_lab import LAB, TARGET, VOLUME, BackedUp
from tests.lab.labs.figures import figure
from tests.lab.labs.lost import Writer

DRILL = "192.168.123.0/24"


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackedUp]:
    state = tmp_path_factory.mktemp("backup")
    with LAB.up(state):
        yield backup_lab.furnish(state)


@pytest.mark.long
def test_a_leaf_moves_to_another_box_with_its_data(stood: BackedUp) -> None:
    _at_home(stood)
    stood.says("that moves")
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


@pytest.mark.long
def test_a_drill_tries_the_newest_backups_and_says_which_are_not_well(stood: BackedUp) -> None:
    _at_home(stood)
    stood.declare(leaves={"wiki": {"check": ["grep", "-q", "good", "/data/index.html"]}})
    stood.says("a good page")
    stood.does("backup")
    words = ("backup", "drill", "--subnet", DRILL)
    began = time.monotonic()
    said = stood.does(*words)
    figure(f"drill of 2 boxes, 4 parts: {time.monotonic() - began:.0f} s")
    assert "wiki is up with it, and its check is well" in said
    assert "hub/registry: the backup of " in said and "registry is up with it" in said
    rows = stood.rows()
    assert {row["severity"] for row in rows.values()} == {"well"}, rows
    assert all(row["drilled"] for row in rows.values())
    # nothing of it is left on this machine
    assert "dw-drill" not in stood.run("ip", "-br", "link").stdout
    tried = rows["app1/wiki"]["drilled"]
    stood.says("a bad page")
    stood.does("backup", "wiki")
    said = stood.does(*words, "--box", "app1", status=1)
    assert "error: app1/wiki: wiki: its check: status 1" in said
    assert stood.rows()["app1/wiki"]["drilled"] == tried


@pytest.mark.long
def test_both_boxes_lost_under_load_come_back_from_backup_and_declaration(stood: BackedUp) -> None:
    _at_home(stood)
    stood.says("what everybody reads")
    password = stood.root("hub", "cat /etc/dockwright/registry.password")
    authority = stood.root("hub", "sha256sum /etc/dockwright/ca/ca.crt")
    tags = _images(stood)
    # the target lies on neither of them: here on this machine, between
    kept = stood.state / "kept.tar"
    with Writer(stood) as writer:
        time.sleep(3)
        began = time.time()
        stood.does("backup")
        ended = time.time()
        time.sleep(3)
        with kept.open("wb") as file:
            pack = stood._ssh(stood.boxes["hub"], f"sudo tar -C {TARGET} -cf - .")
            subprocess.run(pack, check=True, stdout=file, timeout=300)
        lost_at = time.time()
        for box in LAB.boxes:
            subprocess.run(
                stood._ssh(stood.boxes[box], "sudo rm -rf --one-file-system /srv /etc /var /usr"),
                check=False, capture_output=True, timeout=300,
            )  # fmt: skip
    from_then = time.monotonic()
    stood.renew()
    stood.keeper()
    with kept.open("rb") as file:
        unpack = stood._ssh(stood.boxes["hub"], f"sudo tar -C {TARGET} -xpf -")
        subprocess.run(unpack, check=True, stdin=file, timeout=300)
    up = time.monotonic()
    stood.does("restore", "hub")
    # an engine that is to be installed as yet has no volumes, and takes those that it finds
    stood.root("app1", "systemctl stop docker.socket docker; rm -rf /var/lib/docker")
    stood.does("restore", "app1")
    restored = time.monotonic()
    done = stood.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    applied = time.monotonic()
    assert stood.page() == "what everybody reads"
    assert stood.root("hub", "cat /etc/dockwright/registry.password") == password
    assert stood.root("hub", "sha256sum /etc/dockwright/ca/ca.crt") == authority
    assert _images(stood) == tags
    stood.does("registry", "verify")
    assert stood.plan()["drift"] is False
    has = {int(line) for line in stood.root("app1", f"cat {VOLUME}/acks").split()}
    lost = set(writer.acknowledged) - has
    before = writer.before(began)
    assert before and before <= has, (
        f"acknowledged before the backup began, and lost: {before - has}"
    )
    for what, value in (
        ("writes acknowledged until the boxes were lost", f"{len(writer.before(lost_at))}"),
        ("of them before the backup began", f"{len(before)}, lost {len(before - has)}"),
        ("of them in the backup's seconds", _part(writer, has, began, ended)),
        ("of them behind it", _part(writer, has, ended, lost_at + 3600)),
        ("lost at all", f"{len(lost)}"),
        ("fresh boxes up, and the target at its place", f"{up - from_then:.0f} s"),
        ("restored from backups", f"{restored - up:.0f} s"),
        ("applied, all as declared", f"{applied - restored:.0f} s"),
        ("from loss to all as before", f"{applied - from_then:.0f} s"),
    ):
        figure(f"roots of both boxes lost under load: {what:<48} {value}")


def _images(stood: BackedUp) -> list[str]:
    """What the registry has, by name."""
    said = stood.dockwright("registry", "ls", "--json")
    [only] = json.loads(said.stdout)["registries"]
    return sorted(str(one["image"]) for one in only["images"])


def _part(writer: Writer, has: set[int], since: float, until: float) -> str:
    its = {number for number, at in writer.acknowledged.items() if since <= at < until}
    return f"{len(its)}, lost {len(its - has)}"


def _at_home(stood: BackedUp) -> None:
    """The wiki on app1, whichever test was before."""
    stood.declare({"app1": ["wiki"], "hub": []})
    done = stood.apply()
    assert done.returncode == 0, done.stdout + done.stderr
