"""A leaf whose jobs are supervisord's, on a box that systemd runs: Debian's own supervisor."""

import time
from collections.abc import Callable, Iterator

import pytest

from dockwright import lab
from tests.lab.labs import jobs_lab
from tests.lab.labs.jobs_lab import RUN, WEB, JobsLab
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab

LAB = OwnLab("superv", "192.168.186.0/24", packages=(*WITH_ENGINE, "supervisor"), boxes=("box",))
UNIT = "dockwright-app.web.1"
CONF = f"/etc/supervisor/conf.d/{UNIT}.conf"
RUNNER = "/etc/supervisor/dockwright.sh"
RELEASE = f"release: {RUN} app /bin/busybox sh -c 'echo $GREETING >>/state/released'\n"
# it says by which signal it is told to end
TOLD = (
    "web: docker run --stop-signal USR1 --stop-timeout 20 --no-healthcheck -v appstate:/state app "
    "/bin/busybox sh -c 'for one in TERM USR1; do "
    'trap "echo $one >>/state/told; exit" $one; done; '
    "echo up; while :; do /bin/busybox sleep 1; done'\n"
)
CONTAINER = "docker inspect -f '{{.Id}} {{.State.Running}}' app.web.1 2>/dev/null || :"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobsLab]:
    state = tmp_path_factory.mktemp("superv")
    with LAB.up(state):
        made = jobs_lab.furnish(state, LAB, "supervisord")
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


def _state(box: JobsLab) -> str:
    return box.root(f"supervisorctl status {UNIT} || :").split()[1]


def test_a_leaf_comes_up_is_current_is_switched_and_comes_up_with_the_machine(box: JobsLab) -> None:
    first = box.deploy("one", RELEASE + WEB)
    assert first["status"] == 0, first["said"]
    assert (box.serves(), _state(box)) == ("one", "RUNNING")
    assert box.state_of("released") == ["hello from the site"]
    assert box.deploy("one", RELEASE + WEB)["changed"] == []
    second = box.deploy("two", RELEASE + WEB)
    assert second["status"] == 0, second["said"]
    assert box.serves() == "two"
    assert len(box.state_of("released")) == 2
    # systemd has none of it
    assert box.units() == []
    lab.reboot(LAB.name, "box", box.state)
    assert _within(60, lambda: box.root("docker ps -q -f health=healthy") != "")
    assert box.serves() == "two"
    assert box.deploy("two", RELEASE + WEB)["changed"] == []
    shown = box.run("dockwright", "logs", "app")
    assert shown.returncode == 0, shown.stderr


def test_a_stop_is_by_the_signal_and_what_is_killed_respawns(box: JobsLab) -> None:
    done = box.deploy("one", TOLD)
    assert done["status"] == 0, done["said"]
    began = time.monotonic()
    box.root(f"supervisorctl stop {UNIT}")
    assert time.monotonic() - began < 15
    assert box.state_of("told") == ["USR1"]
    assert box.root("docker ps -aq") == ""
    box.root(f"supervisorctl start {UNIT}")
    for kill in ("docker kill app.web.1", f"kill -9 $(supervisorctl pid {UNIT})",
                 "systemctl restart docker"):  # fmt: skip
        assert _within(20, lambda: box.root(CONTAINER).endswith("true")), kill
        before = box.root(CONTAINER)
        box.root(kill)
        assert _within(20, lambda was=before: box.root(CONTAINER) not in ("", was)), kill  # type: ignore[misc]
        assert _within(20, lambda: box.root(CONTAINER).endswith("true")), kill
        assert _state(box) == "RUNNING"
    assert _within(20, lambda: box.deploy("one", TOLD)["changed"] == [])


@pytest.mark.long
def test_drift_is_put_right_and_what_is_taken_away_leaves_nothing(box: JobsLab) -> None:
    begun = box.deploy("one")
    assert begun["status"] == 0, begun["said"]
    for drift in (
        f"sed -i s/startsecs=0/startsecs=5/ {CONF}; rm {RUNNER}",
        # taken in by hand, and the file put back: only what is loaded differs
        f"cp -p {CONF} /tmp/c; sed -i s/startsecs=0/startsecs=5/ {CONF}; "
        f"supervisorctl update {UNIT} >&2; mv /tmp/c {CONF}",
        f"supervisorctl stop {UNIT} >&2",
        f"rm {CONF}; supervisorctl update {UNIT} >&2",
    ):
        box.root(drift)
        done = box.deploy("one")
        assert done["status"] == 0, done["said"]
        assert done["changed"] != [], drift
        assert (box.serves(), _state(box)) == ("one", "RUNNING"), drift
    assert box.deploy("one")["changed"] == []
    box.fresh()
    assert box.root("ls /etc/supervisor/conf.d /etc/supervisor/*.sh 2>/dev/null || :") == (
        "/etc/supervisor/conf.d:"
    )
    assert UNIT not in box.root("supervisorctl status || :")
