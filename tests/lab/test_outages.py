"""How long a leaf is away: a version that crashes, two instances, a port that is taken."""

import re
from collections.abc import Iterator

import pytest

from tests.lab.labs import outage_lab
from tests.lab.labs.figures import figure
from tests.lab.labs.outage_lab import BOX, PROCFILE, OutageLab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutageLab]:
    state = tmp_path_factory.mktemp("outages")
    with outage_lab.LAB.up(state):
        made = outage_lab.furnish(state)
        with made.one_connection_a_box():
            yield made


@pytest.fixture
def at_one(lab: OutageLab) -> OutageLab:
    """The leaf as declared, one instance of the version that works."""
    lab.procfile(PROCFILE)
    done = lab.deploy("one")
    assert done["status"] == 0, done["said"]
    return lab


def last_lines(said: str) -> list[str]:
    """The lines of the container that an error shows."""
    behind = said.partition("its last lines:\n")[2].splitlines()
    shown = []
    for line in behind:
        # pyinfra puts the box's name before each
        found = re.fullmatch(r"(?:.*\[box\] {1,2})?    (.*)", line)
        if found is None:
            break
        shown.append(found[1])
    return shown


def test_a_version_that_crashes_is_out_for_seconds(at_one: OutageLab) -> None:
    with at_one.watched(8080) as seen:
        done = at_one.deploy("exits")
    figure(f"an upgrade that crashes: {seen.out:.1f} s without an answer")
    print(done["said"])
    assert done["status"] != 0
    assert "app: its former jobs were put back, and are up" in done["said"]
    assert at_one.serves() == "one"
    # what the last one said may still be on its way to the journal
    [line] = last_lines(done["said"])
    assert line in ("the disk of app is full (3 times)", "the disk of app is full (2 times)")
    assert "container app.web.1: ended 3 times, the last time with status 3" in done["said"]
    # 8 s at rest, and 61 s where the whole wait is waited for; others may be at work beside it
    assert 0 < seen.out < 30


@pytest.mark.long
def test_a_version_that_is_unwell_is_shown_by_its_own_last_words(at_one: OutageLab) -> None:
    done = at_one.deploy("sick", wait=12)
    print(done["said"])
    assert done["status"] != 0
    steps = [f"step {number}" for number in range(12, 31)]
    assert last_lines(done["said"]) == [*steps, "cannot reach the database (17 times)"]
    assert "its health check: curl: (7) Failed to connect" in done["said"]
    assert at_one.serves() == "one"


@pytest.mark.long
def test_one_that_ends_once_has_not_failed(at_one: OutageLab) -> None:
    at_one.root("rm -f /var/lib/docker/volumes/appstate/_data/ran")
    done = at_one.deploy("once")
    assert done["status"] == 0, done["said"]
    assert at_one.root("ls /var/lib/docker/volumes/appstate/_data") == "ran"
    assert at_one.serves() == "two"


@pytest.mark.parametrize(
    ("option", "why", "words"),
    [
        pytest.param(
            "--network nosuch",
            "ended 3 times, the last time without having started",
            "nosuch",
            marks=pytest.mark.long,
        ),
        ("--memory 1k", "was restarted 3 times, and has no container", "emory limit"),
    ],
)
def test_one_that_can_not_even_start_has_failed_as_soon(
    at_one: OutageLab, option: str, why: str, words: str
) -> None:
    at_one.procfile(PROCFILE.replace("--stop", f"{option} --stop"))
    done = at_one.deploy("two")
    assert f"container app.web.1: {why}" in done["said"], done["said"]
    assert any(words in line for line in last_lines(done["said"])), done["said"]
    assert "app: its former jobs were put back, and are up" in done["said"]
    assert at_one.serves() == "one"


def test_two_instances_behind_nginx_lose_no_request(at_one: OutageLab) -> None:
    assert at_one.deploy("one", scale=2)["status"] == 0
    before = at_one.started()
    with at_one.watched(80) as seen:
        done = at_one.deploy("two", scale=2)
    figure(f"web=2 behind nginx, upgraded: {seen.lost} of {len(seen.answers)} requests lost")
    assert done["status"] == 0, done["said"]
    assert [at_one.serves(8080), at_one.serves(8081)] == ["two", "two"]
    assert len({*before.splitlines(), *at_one.started().splitlines()}) == 4
    assert len(seen.answers) > 30
    assert seen.lost == 0
    with at_one.watched(80) as seen:
        inventory = str(at_one.folder / "inventory.py")
        back = at_one.run("dockwright", "rollback", "app", DOCKWRIGHT_INVENTORY=inventory)
    figure(f"web=2 behind nginx, rolled back: {seen.lost} of {len(seen.answers)} requests lost")
    assert back.returncode == 0, back.stderr
    assert [at_one.serves(8080), at_one.serves(8081)] == ["one", "one"]
    assert seen.lost == 0


@pytest.mark.long
def test_the_second_of_two_that_fails_puts_the_first_back_and_no_request_is_lost(
    at_one: OutageLab,
) -> None:
    assert at_one.deploy("one", scale=2)["status"] == 0
    with at_one.watched(80) as seen:
        done = at_one.deploy("second", scale=2)
    figure(f"web=2, the second fails: {seen.lost} of {len(seen.answers)} requests lost")
    print(done["said"])
    assert done["status"] != 0
    assert "container app.web.2: ended 3 times, the last time with status 3" in done["said"]
    assert last_lines(done["said"])[0].startswith("one is enough (")
    assert [at_one.serves(8080), at_one.serves(8081)] == ["one", "one"]
    assert seen.lost == 0
    changed = at_one.deploy("one", scale=2)
    assert changed["changed"] == [], changed["said"]


@pytest.mark.long
def test_an_instance_more_that_fails_is_taken_away_and_the_first_was_never_touched(
    at_one: OutageLab,
) -> None:
    before = at_one.started()
    done = at_one.deploy("second", scale=2)
    assert done["status"] != 0
    assert "app: its former jobs were put back, and are up" in done["said"]
    assert "web.2" not in at_one.root("ls -R /etc/systemd/system")
    assert at_one.started() == before


@pytest.mark.long
def test_instances_that_change_their_ports_with_each_other_come_up(at_one: OutageLab) -> None:
    assert at_one.deploy("one", scale=2)["status"] == 0
    at_one.procfile(PROCFILE.replace("8080:", "8081:"))
    done = at_one.deploy("one", scale=2)
    assert done["status"] == 0, done["said"]
    assert [at_one.serves(8081), at_one.serves(8082)] == ["one", "one"]


@pytest.mark.long
def test_a_leaf_that_is_called_otherwise_now_takes_over_the_port_if_it_comes_up(
    at_one: OutageLab,
) -> None:
    before = at_one.started()
    at_one.procfile(PROCFILE.replace("/state app", "/state blog"))
    done = at_one.deploy("exits", leaf="blog")
    assert done["status"] != 0
    assert "blog: it had no former jobs to put back" in done["said"]
    assert at_one.serves() == "one"
    assert at_one.started() != before
    with at_one.watched(8080) as seen:
        done = at_one.deploy("two", leaf="blog")
    figure(f"a leaf that has another name now: {seen.out:.1f} s without an answer")
    assert done["status"] == 0, done["said"]
    assert at_one.serves() == "two"
    assert at_one.root("docker ps --format '{{.Names}}'") == "blog.web.1"
    # and back
    at_one.procfile(PROCFILE)
    assert at_one.deploy("one")["status"] == 0
    assert at_one.root("docker ps --format '{{.Names}}'") == "app.web.1"


@pytest.mark.parametrize(
    ("holding", "who", "let_go"),
    [
        (
            "systemd-run --quiet --unit=holder busybox httpd -f -p 8090; sleep 1",
            r"by busybox \(process \d+\)",
            "systemctl stop holder",
        ),
        pytest.param(
            "docker run -d --name taken -p 8090:8080 app:one",
            "by container taken",
            "docker rm -f taken",
            marks=pytest.mark.long,
        ),
    ],
    ids=["a process", "a container"],
)
def test_a_port_that_is_taken_is_found_before_anything_stops(
    at_one: OutageLab, holding: str, who: str, let_go: str
) -> None:
    before = at_one.started()
    at_one.procfile(PROCFILE.replace("8080:", "8090:"))
    at_one.root(holding)
    try:
        with at_one.watched(8080) as seen:
            planned = at_one.run(
                "dockwright", "plan", str(at_one.folder / "inventory.py"),
                str(at_one.folder / "deploy.py"), VERSION="one",
            )  # fmt: skip
            done = at_one.deploy("one")
    finally:
        at_one.root(let_go)
    figure(f"a port that is taken: {seen.lost} of {len(seen.answers)} requests lost")
    print(planned.stdout, planned.stderr, done["said"])
    line = rf"box box: app\.web\.1: port {re.escape(BOX)}:8090: held {who}"
    assert planned.returncode == 2
    # a plan's lines are broken at 80 columns
    assert re.search(line, " ".join(planned.stdout.split()))
    assert done["status"] != 0
    assert re.search(line, done["said"])
    assert at_one.started() == before
    assert seen.lost == 0


# a container begins for seconds, with its port held already
SLOW = r"""
cat >/usr/local/bin/slow <<'END'
#!/bin/sh
case " $* " in *" create "*) sleep 10 ;; esac
exec runc "$@"
END
chmod 755 /usr/local/bin/slow
echo '{"runtimes": {"slow": {"path": "/usr/local/bin/slow"}}, "default-runtime": "slow"}' \
  >/etc/docker/daemon.json
systemctl reload docker
systemctl restart --no-block dockwright-app.web.1
for _ in $(seq 300); do
    if [ -n "$(docker container ls -aq --filter status=created)" ] && ss -Hltn | grep -q ':8080 '
    then exit 0; fi
    sleep 0.1
done
exit 1
"""
QUICK = """
echo '{"default-runtime": "runc"}' >/etc/docker/daemon.json
systemctl reload docker
sleep 1
rm /etc/docker/daemon.json
"""


def test_one_that_is_just_beginning_holds_its_port_against_nobody_of_its_leaf(
    at_one: OutageLab,
) -> None:
    at_one.root(SLOW)
    try:
        done = at_one.deploy("two")
    finally:
        at_one.root(QUICK)
    assert done["status"] == 0, done["said"]
    assert at_one.serves() == "two"
