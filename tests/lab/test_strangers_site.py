"""A site of somebody's own: boxes that run different leaves, own images, the wheel, one folder.

Every name in plan, apply, JSON and records is held against what each box runs; a failure of one
leaf is no other leaf's.
"""

import re
import shutil
from collections.abc import Iterator

import pytest

from tests.lab.labs import stranger_lab
from tests.lab.labs.own_site import COPY, LOOP, server
from tests.lab.labs.plans import reminders
from tests.lab.labs.stranger_lab import BOXES, LEAVES, PROCFILES, Stranger

DB = "dockwright-db.target"
# the command, on a machine whose clock is 40 days ahead
_LATER = """
import sys
from datetime import datetime, timedelta

import dockwright.operations.image.chain

chain = sys.modules['dockwright.operations.image.chain']  # not the operation of that name

class Later(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(days=40)

chain.datetime = Later
from dockwright.cli import main
sys.exit(main())
"""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stranger]:
    state = tmp_path_factory.mktemp("stranger")
    with stranger_lab.LAB.up(state):
        made = stranger_lab.stand_up(state)
        with made.one_connection_a_box():
            yield made


@pytest.fixture(scope="module")
def stood(first: Stranger) -> Stranger:
    """The boxes as declared, after the first run of all."""
    planned = first.names(first.plan())
    done = first.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    trust = [f"trust in the registry {BOXES['hub']}:5000"]
    assert planned == {
        "app1": trust + _operations("backend", "front"),
        "app2": trust + _operations("clock", "db"),
        "hub": [],
    }
    return first


@pytest.fixture
def at(stood: Stranger) -> Iterator[Stranger]:
    """The site as it was first."""
    yield stood
    stood.as_ever()
    done = stood.apply()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def planned(stood: Stranger) -> Iterator[Stranger]:
    """The same, for a test that changes nothing of the boxes."""
    yield stood
    stood.as_ever()


def _operations(*leaves: str) -> list[str]:
    return [f"{leaf}: {of}" for leaf in leaves for of in ("image", "boot job")]


def test_the_first_run_names_of_each_box_its_own_leaves(stood: Stranger) -> None:
    for box, leaves in LEAVES.items():
        changed = stood.record(box)["changed"]
        of_leaves = [name.split(" | ")[1] for name in changed if name.startswith("Leaves | ")]
        its = [name for name in of_leaves if not name.startswith("trust in")]
        # app1 has built the images
        jobs = [name for name in _operations(*leaves) if box != "app1" or "boot job" in name]
        assert sorted(its) == sorted(jobs)
    assert not [name for name in stood.record("hub")["changed"] if name.startswith("Leaves")]
    assert stood.plan()["drift"] is False
    containers = {name.partition(".")[0] for name in stood.started()}
    assert containers == {"front", "backend", "db", "clock", "registry"}


def test_a_box_that_builds_nothing_is_handed_no_login_that_writes(stood: Stranger) -> None:
    log = stood.ssh(BOXES["hub"], "sudo journalctl -o cat -t registry.web.1")
    users: dict[str, set[str]] = {}
    for line in log.splitlines():
        if '"' in line:
            client, user = line.split()[:2]
            users.setdefault(client.partition(":")[0], set()).add(user)
    # `-` is an engine that asks whether a login is needed
    assert users[BOXES["app2"]] <= {"-", "dockwright-reader"}
    assert {"dockwright-reader", "dockwright"} <= users[BOXES["app1"]]


def test_plain_pyinfra_says_no_changes_and_names_each_leaf_once(stood: Stranger) -> None:
    done = stood.pyinfra("site.py", inventory="inventory.py")
    assert (done["status"], done["changes"]) == (0, 0), done["said"]
    names = [name.partition(" | ")[2] for name in done["order"] if name.startswith("Leaves | ")]
    leaves = [name.removesuffix(": boot job") for name in names if name.endswith(": boot job")]
    assert sorted(leaves) == ["backend", "clock", "db", "front"]
    assert leaves.index("db") < leaves.index("backend") < leaves.index("front")


def test_only_means_a_box_s_own_operation(at: Stranger) -> None:
    at.ssh(BOXES["app2"], f"sudo systemctl stop {DB}")
    at.keys(dockwright_env={"backend": {"GREETING": "good day"}})
    before = at.started()
    assert at.apply("--only", "backend").returncode == 0
    after = at.started()
    assert {name for name in after if after[name] != before.get(name)} == {"backend.web.1"}
    assert "db.db.1" not in after
    for box, its in (("app1", ["Leaves | backend: boot job"]), ("app2", [])):
        assert at.record(box)["changed"] == its


@pytest.mark.long
def test_a_leaf_that_fails_stops_no_other_and_what_comes_after_it(at: Stranger) -> None:
    at.leaf("db", PROCFILES["db"], *COPY, 'CMD ["sh", "-c", "echo no disk for it; exit 3"]')
    at.leaf("clock", PROCFILES["clock"], *COPY, "ENV NEWER=1", f"CMD {LOOP}")
    at.leaf("backend", PROCFILES["backend"], *COPY, "ENV NEWER=1", server(8100))
    before = at.started()
    done = at.apply()
    assert done.returncode == 1
    after = at.started()
    assert after["clock.clock.1"] != before["clock.clock.1"]
    said = done.stdout + done.stderr
    assert "no disk for it" in said
    # db is back, and the backend, which comes after it, was not touched
    assert "db: its former jobs were put back, and are up" in said
    assert "backend: it comes after db, which failed on box app2; box app1 keeps" in said
    for untouched in ("backend.web.1", "front.web.1", "registry.web.1"):
        assert after[untouched] == before[untouched]
    assert set(at.record("app2")["failed"]) >= {"Leaves | db: boot job"}
    assert set(at.record("app1")["failed"]) >= {"Leaves | backend: boot job"}
    assert "Leaves | clock: boot job" in at.record("app2")["changed"]


@pytest.mark.long
def test_a_job_waits_at_boot_for_what_it_comes_after(at: Stranger) -> None:
    slow = '["sh", "-c", "sleep 6; exec httpd -f -p 8100 -h /www"]'
    health = server(8100).splitlines()[0].replace("--retries=2", "--retries=20")
    at.leaf("backend", PROCFILES["backend"], *COPY, health, f"CMD {slow}")
    assert at.apply().returncode == 0
    at.ssh(BOXES["app1"], "sudo systemctl stop dockwright-front.target dockwright-backend.target")
    line = "sudo systemctl start --no-block dockwright-front.target dockwright-backend.target"
    at.ssh(BOXES["app1"], line)
    at.ssh(
        BOXES["app1"],
        "for _ in $(seq 240); do sudo docker inspect front.web.1 >/dev/null 2>&1 && break; "
        "sleep 0.5; done",
    )
    started = at.started()
    gap = at.ssh(
        BOXES["app1"],
        f"echo $(( $(date -d '{started['front.web.1']}' +%s) - "
        f"$(date -d '{started['backend.web.1']}' +%s) ))",
    )
    assert int(gap) >= 6


@pytest.mark.long
def test_what_is_renamed_goes_after_the_new_one_is_up(at: Stranger) -> None:
    at.leaf("newcomer", "web: docker run --stop-timeout 1 -p 8300:8300 newcomer", *COPY,
            'CMD ["sh", "-c", "echo it is broken; exit 3"]')  # fmt: skip
    at.declare(app1=["front", "newcomer"])
    at.keys(dockwright_after={}, dockwright_env={})
    before = at.started()
    done = at.apply()
    assert done.returncode == 1
    assert at.started()["backend.web.1"] == before["backend.web.1"]
    assert "they stay until newcomer is up" in done.stdout + done.stderr
    at.leaf("newcomer", "web: docker run --stop-timeout 1 -p 8300:8300 newcomer", *COPY,
            server(8300))  # fmt: skip
    assert at.apply().returncode == 0
    after = at.started()
    assert "backend.web.1" not in after and "newcomer.web.1" in after
    assert after["registry.web.1"] == before["registry.web.1"]


@pytest.mark.long
def test_a_leaf_that_moves_is_up_there_before_it_goes_here_and_its_volume_is_named(
    at: Stranger,
) -> None:
    at.ssh(BOXES["app2"], "sudo touch /var/lib/docker/volumes/dbdata/_data/rows")
    at.declare(app1=["front", "backend", "db"], app2=["clock"])
    # its data is on app2, and it is to begin with none
    refused = at.dockwright("plan", "inventory.py", "site.py")
    assert refused.returncode == 1
    assert "db would begin with nothing: its data is on box app2 (volume dbdata)" in refused.stderr
    at.keys(dockwright_fresh=["db"])
    told = [
        line
        for box in at.plan()["boxes"]
        for one in box["operations"]
        for line in one["changes"]
        if box["box"] == "app2"
    ]
    assert any("db.db.1" in str(line) and "volume dbdata stays" in str(line) for line in told), told
    # it is nowhere else as yet, and a box without a part in the run can't have it
    done = at.apply("--limit", "app2")
    assert done.returncode == 0
    assert "db stays: box app1 is to run it" in done.stdout + done.stderr
    assert "db.db.1" in at.started()
    assert at.apply().returncode == 0
    assert "db.db.1" in at.started()
    lines = at.ssh(
        BOXES["app2"], "sudo docker ps -a --format '{{.Names}}'; sudo docker volume ls -q"
    )
    assert lines.split() == ["clock.clock.1", "dbdata"]


@pytest.mark.long
def test_an_older_checkout_is_asked_about_and_yes_is_not_enough(at: Stranger) -> None:
    def git(*words: str) -> str:
        named = ("-c", "user.name=a", "-c", "user.email=a@example")
        return at.run("git", *named, *words).stdout.strip()

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    try:
        at.keys(dockwright_env={"backend": {"GREETING": "newer"}})
        git("commit", "-qam", "second")
        newer = git("rev-parse", "--short=12", "HEAD")
        assert at.apply().returncode == 0
        git("reset", "-q", "--hard", "HEAD~1")
        before = at.started()
        # of another checkout, which has not fetched it
        git("reflog", "expire", "--expire=now", "--all")
        git("gc", "-q", "--prune=now")
        done = at.apply()
        assert done.returncode == 1
        assert f"app1 has {newer}, which this checkout has not; git pull?" in done.stderr
        assert "older than what boxes have; git pull, or apply it with --older" in done.stderr
        assert at.started() == before
        assert f"app1 has {newer}" in at.dockwright("plan", "inventory.py", "site.py").stdout
        # plain pyinfra refuses it as well, and a dry run, which changes nothing, tells it
        done = at.run("pyinfra", "-y", "inventory.py", "site.py")
        assert done.returncode == 1
        line = f" has {newer}, which this checkout has not; git pull; or put back what it "
        told = [part for part in done.stderr.splitlines() if line in part]
        assert len(told) == 1 and re.search("box (app1|app2|hub) has", told[0]), done.stderr
        assert at.started() == before
        dry = at.run("pyinfra", "--dry", "inventory.py", "site.py")
        assert dry.returncode == 0
        assert f"box app1 has {newer}, which this checkout has not" in dry.stderr + dry.stdout
        done = at.run("pyinfra", "-y", "--data", "dockwright_older=true", "inventory.py", "site.py")
        assert done.returncode == 0, done.stderr
        assert at.started()["backend.web.1"] != before["backend.web.1"]
        # the same by our own command
        before = at.started()
        git("commit", "-q", "--amend", "-m", "first anew")
        at.keys(dockwright_env={"backend": {"GREETING": "another"}})
        assert at.apply().returncode == 1
        assert at.apply("--older").returncode == 0
        assert at.started()["backend.web.1"] != before["backend.web.1"]
    finally:
        shutil.rmtree(at.folder / ".git")


@pytest.mark.long
def test_old_images_are_reminded_of_and_not_built(planned: Stranger) -> None:
    assert reminders(planned.plan()) == []
    # a month goes by: as far as anybody can tell, by the images' own dates
    later = planned.run(
        "python",
        "-c",
        _LATER,
        "plan",
        "inventory.py",
        "site.py",
        DOCKWRIGHT_INVENTORY="inventory.py",
    )
    assert "image registry is 40 days old; deploy/registry_host.py with" in later.stdout, later
    assert "as declared" in later.stdout
    assert later.returncode == 0


@pytest.mark.long
def test_an_inventory_by_pyinfra_s_connectors_is_the_same_site(planned: Stranger) -> None:
    text = (planned.folder / "inventory.py").read_text()
    by_connector = (
        text.replace(
            "boxes = lab.inventory()",
            "boxes = [(f\"@ssh/{data['ssh_hostname']}\", dict(data, box=name))\n"
            "         for name, data in lab.inventory()]",
        )
        .replace("box[0]", 'box[1]["box"]')
        .replace("if name in", "if data['box'] in")
        .replace("[name]", "[data['box']]")
    )
    (planned.folder / "by_connector.py").write_text(by_connector)
    done = planned.dockwright("plan", "by_connector.py", "site.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "as declared" in done.stdout


@pytest.mark.long
def test_a_box_of_several_addresses_publishes_on_each(at: Stranger) -> None:
    further = ["192.0.2.66", "fd00::66"]
    line = "; ".join(f"sudo ip address add {one} dev lo 2>/dev/null" for one in further)
    at.ssh(BOXES["app1"], f"{line}; true")
    text = (at.folder / "inventory.py").read_text()
    more = f"\n    if name == 'app1':\n        data['dockwright_further_addresses'] = {further!r}\n"
    (at.folder / "inventory.py").write_text(text + more)
    assert at.apply().returncode == 0
    for host in (BOXES["app1"], "192.0.2.66", "[fd00::66]"):
        assert at.ssh(BOXES["app1"], f"busybox wget -qO- http://{host}:8000/") == "front"
    assert at.plan()["drift"] is False


def test_a_ring_of_leaves_is_refused_before_anything_is_changed(planned: Stranger) -> None:
    planned.keys(dockwright_after={"db": ["backend"], "backend": ["db"]})
    for words in (["plan"], ["apply", "--yes"]):
        done = planned.dockwright(*words, "inventory.py", "site.py")
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "backend after db after backend: none of them can come first" in done.stderr


@pytest.mark.long
def test_a_leaf_that_nobody_has_is_refused_by_name(planned: Stranger) -> None:
    planned.keys(dockwright_after={"backend": ["dbb"]})
    done = planned.dockwright("plan", "inventory.py", "site.py")
    assert done.returncode == 1
    assert "dockwright_after: dbb" in done.stderr and "did you mean db?" in done.stderr
