"""What does not live on: release: before a switch, timers, one-offs, and what ends by itself."""

import signal
import time
from collections.abc import Callable, Iterator

import pytest

from tests.lab.labs import jobs_lab
from tests.lab.labs.jobs_lab import RUN, WEB, JobsLab

RELEASE = (
    f"release: {RUN} app /bin/busybox sh -c '"
    "echo $GREETING >>/state/released; [ ! -e /state/refuse ] || { echo no such column; exit 3; }; "
    "[ ! -e /state/slow ] || exec /bin/busybox sleep 60'\n"
)
TICK = f"tick: @\"*:*:0/2\" {RUN} app /bin/busybox sh -c 'echo tick >>/state/ticks'\n"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsLab]:
    state = tmp_path_factory.mktemp("jobs")
    with jobs_lab.LAB.up(state):
        made = jobs_lab.furnish(state)
        with made.one_connection_a_box():
            yield made


@pytest.fixture
def box(furnished: JobsLab) -> JobsLab:
    furnished.fresh()
    return furnished


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.5)
    return True


def test_release_runs_once_before_each_switch_and_its_failure_stops_it(box: JobsLab) -> None:
    first = box.deploy("one", RELEASE + WEB)
    assert first["status"] == 0, first["said"]
    assert "runs release: before the switch" in first["said"]
    assert box.state_of("released") == ["hello from the site"]
    assert box.deploy("one", RELEASE + WEB)["changed"] == []
    assert len(box.state_of("released")) == 1, "it ran though nothing changed"
    started = box.root("docker inspect -f '{{.State.StartedAt}}' app.web.1")

    for trouble, why in (
        ("refuse", "app.release.1: ended with status 3 after"),
        ("slow", f"app.release.1: did not end within {jobs_lab.WAIT} s, and was stopped"),
    ):
        box.root(f"touch /var/lib/docker/volumes/appstate/_data/{trouble}")
        failed = box.deploy("two", RELEASE + WEB)
        assert failed["status"] == 1
        assert why in failed["said"]
        assert "app: was not switched; what ran before runs on" in failed["said"]
        said = failed["said"].partition("its last lines:")[2].partition("app: was not")[0].split()
        assert said == (["no", "such", "column"] if trouble == "refuse" else ["none"]), box.root(
            "journalctl -n 30 --no-pager -o verbose SYSLOG_IDENTIFIER=app.release.1"
        )
        assert box.serves() == "one"
        assert box.root("docker inspect -f '{{.State.StartedAt}}' app.web.1") == started
        assert box.root("docker ps -aq -f name=app.release; systemctl --failed -q") == ""
        box.root(f"rm /var/lib/docker/volumes/appstate/_data/{trouble}")

    second = box.deploy("two", RELEASE + WEB)
    assert second["status"] == 0, second["said"]
    assert box.serves() == "two"
    ran = len(box.state_of("released"))
    back = box.run("dockwright", "rollback", "app")
    assert back.returncode == 0, back.stderr
    assert box.serves() == "one"
    assert len(box.state_of("released")) == ran, "it ran on the way back"


@pytest.mark.long
def test_a_process_with_times_runs_at_them_and_goes_with_its_line(box: JobsLab) -> None:
    assert box.deploy("one", WEB + TICK, scaled="yes")["status"] == 1
    done = box.deploy("one", WEB + TICK)
    assert done["status"] == 0, done["said"]
    assert _within(8, lambda: len(box.state_of("ticks")) >= 2)
    assert box.deploy("one", WEB + TICK)["changed"] == []
    # stopped by hand, and edited
    box.root("systemctl stop dockwright-app.tick.1.timer")
    assert box.deploy("one", WEB + TICK)["changed"] == ["app: boot job on box"]
    assert box.root("systemctl is-active dockwright-app.tick.1.timer") == "active"
    seldom = TICK.replace('@"*:*:0/2"', "@yearly")
    assert box.deploy("one", WEB + seldom)["status"] == 0
    time.sleep(1)
    ticks = len(box.state_of("ticks"))
    time.sleep(4)
    assert len(box.state_of("ticks")) == ticks
    done = box.deploy("one", WEB)
    assert done["status"] == 0, done["said"]
    assert box.units() == ["dockwright-app.target", "dockwright-app.web.1.service"]
    assert box.root("systemctl --failed -q; docker ps -aq -f name=app.tick") == ""


@pytest.mark.long
def test_what_ends_with_0_is_refused_and_not_left_in_a_loop(box: JobsLab) -> None:
    once = f"once: {RUN} --no-healthcheck app /bin/busybox echo done\n"
    failed = box.deploy("one", once)
    assert failed["status"] == 1
    assert "ends with 0: a boot job runs for ever; call it release:" in failed["said"]
    assert "app: nothing to put back; app.once.1 is stopped" in failed["said"]
    assert box.root("systemctl is-active dockwright-app.once.1.service || :") == "inactive"
    assert box.deploy("one", WEB)["status"] == 0
    failed = box.deploy("one", WEB + once)
    assert failed["status"] == 1
    assert "its former jobs were put back, and are up" in failed["said"]
    assert box.serves() == "one"
    assert box.units() == ["dockwright-app.target", "dockwright-app.web.1.service"]


def test_a_worker_with_the_check_of_another_process_is_told_the_cure(box: JobsLab) -> None:
    line = f"worker: {RUN} OPTION app /bin/busybox sleep 1000\n"
    failed = box.deploy("one", WEB + line.replace("OPTION ", ""))
    assert failed["status"] == 1
    assert "write --no-healthcheck into this one's line of the Procfile" in failed["said"]
    done = box.deploy("one", WEB + line.replace("OPTION", "--no-healthcheck"))
    assert done["status"] == 0, done["said"]


def test_a_one_off_has_what_the_job_has_and_its_own_exit_status(box: JobsLab) -> None:
    worker = f"worker: {RUN} --no-healthcheck --env ROLE=worker app /bin/busybox sleep 1000\n"
    assert box.deploy("one", WEB + worker)["status"] == 0
    line = "echo $GREETING; echo kept >/state/kept; /bin/busybox ls /www; echo bad >&2; exit 7"
    done = box.run("dockwright", "run", "app", "--process", "web", "--", "sh", "-c", line)
    assert (done.returncode, done.stdout) == (7, "hello from the site\nindex.html\n")
    assert done.stderr.splitlines() == ["bad"]
    assert box.state_of("kept") == ["kept"]
    done = box.run("dockwright", "run", "app", "--", "/bin/busybox", "cat", stdin="one\ntwo\n")
    assert (done.returncode, done.stdout) == (0, "one\ntwo\n")

    with box.start("dockwright", "run", "app", "--", "/bin/busybox", "sleep", "60") as sleeping:
        running = "docker ps --format '{{.Names}} {{.Ports}}' -f name=app-run-"
        assert _within(10, lambda: bool(box.root(running)))
        assert "->" not in box.root(running), "it publishes a port"
        assert "hello from the site" not in box.root("ps axww -o args")
        sleeping.send_signal(signal.SIGINT)
        assert sleeping.wait(20) == 130
    assert _within(5, lambda: not box.root(running)), "it is left behind"

    asked = ("--process", "worker", "--", "sh", "-c", "echo $ROLE $GREETING; exit 4")
    done = box.run("dockwright", "exec", "app", *asked)
    assert (done.returncode, done.stdout) == (4, "worker hello from the site\n")
    done = box.run("dockwright", "exec", "app", stdin="/bin/busybox ls /www; exit 5\n")
    assert (done.returncode, done.stdout) == (5, "index.html\n")
    at_terminal = "dockwright exec app -- sh -c '/bin/busybox tty; exit 6'"
    done = box.run("script", "-qec", at_terminal, "/dev/null")
    assert (done.returncode, done.stdout.strip()) == (6, "/dev/pts/0")

    done = box.run("dockwright", "run", "ap", "--", "true")
    assert (done.returncode, done.stderr) == (
        1,
        "error: leaf ap: runs on none of the boxes; did you mean app?\n",
    )
    done = box.run("dockwright", "exec", "app", "--process", "wb")
    assert done.stderr == "error: box box: app: no process wb; did you mean web?\n"
