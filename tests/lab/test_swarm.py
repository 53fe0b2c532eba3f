"""One swarm of the boxes as the inventory groups them: made, grown, put right; no token shows."""

import json
from collections.abc import Iterator

import pytest

from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.swarm_lab import SECRETS, SwarmLab, SwarmRow
from tests.lab.labs.watch import watching

LAB = OwnLab("swarm", "192.168.124.0/24", ("m1", "w1", "w2"), packages=WITH_ENGINE)
LABELS = {"w1": {"dockwright_swarm_labels": {"disk": "ssd"}}}


@pytest.fixture(scope="module")
def swarm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SwarmLab]:
    state = tmp_path_factory.mktemp("swarm")
    with LAB.up(state):
        made = SwarmLab(LAB, state)
        with made.one_connection_a_box():
            yield made


@pytest.fixture
def grown(swarm: SwarmLab) -> SwarmLab:
    """One manager and two workers, which lock themselves, as declared."""
    swarm.declare(["m1"], ["w1", "w2"], each=LABELS, swarm_autolock=True)
    if swarm.plan()[0]:
        swarm.apply()
    return swarm


def test_a_swarm_is_made_and_grows_and_shows_no_token(swarm: SwarmLab) -> None:
    # what somebody made on a box is refused before anything is changed
    swarm.root("w1", f"docker swarm init --advertise-addr {LAB.address('w1')} >/dev/null")
    swarm.declare(["m1"], ["w1"], hosts=["m1", "w1"])
    for command in ("plan", "apply"):
        status, said = swarm.said(command, *(["--yes"] if command == "apply" else []))
        assert status == 1
        words = " ".join(said.split())
        assert "box w1: is in swarm" in words
        assert "which somebody else made; leave it there with" in words
    assert "inactive" in swarm.root("m1", "docker info -f '{{.Swarm.LocalNodeState}}'")
    swarm.root("w1", "docker swarm leave --force")

    swarm.apply()
    swarm.becomes({"m1": "Ready Active Leader", "w1": "Ready Active"})

    swarm.declare(["m1"], ["w1", "w2"], each=LABELS, swarm_autolock=True)
    planted = "planted-for-the-watch"
    with watching([*SECRETS, planted]) as found:
        beside = swarm.start_ssh(LAB.address("w1"), f"sh -c 'sleep 3; :' {planted}")
        swarm.apply()
        beside.wait(timeout=60)
    assert [line for line in found if planted not in line] == []
    assert [line for line in found if planted in line]
    swarm.becomes({
        "m1": "Ready Active Leader", "w1": "Ready Active", "w2": "Ready Active",
    })  # fmt: skip
    labels = {"dockwright.box": "w1", "disk": "ssd", "dockwright.labels": "disk"}
    assert swarm.labels("w1") == labels
    swarm.as_declared()
    # the key is the swarm's, kept here and on no box
    assert swarm.key() == swarm.root("m1", "docker swarm unlock-key -q")
    swarm.shows_no_secret()


def test_what_was_changed_by_hand_is_put_right_and_a_locked_manager_unlocked(
    grown: SwarmLab,
) -> None:
    grown.root("m1", "docker node update --label-rm disk --availability drain w1 >/dev/null")
    grown.root("w2", "docker swarm leave >/dev/null")
    grown.root("m1", "systemctl restart docker")
    status, said = grown.plan()
    assert status == 2
    assert "~ node m1  locked→unlocked" in said
    said = grown.apply()
    assert "changed on w2" in said
    grown.becomes({
        "m1": "Ready Active Leader", "w1": "Ready Active", "w2": "Ready Active",
    })  # fmt: skip
    assert grown.labels("w1")["disk"] == "ssd"
    grown.as_declared()


KEPT = "cat {keys}/*.key | wc -l"
READY = "docker node ls --format '{{.Hostname}} {{.Status}}' | grep -c Ready"
W1 = "docker node inspect -f '{{.Spec.Role}} {{.Spec.Availability}} {{.Spec.Labels.disk}}' w1"
GONE = "docker node ls -q | wc -l"
OF_SITE = "docker info -f '{{index .Swarm.Cluster.Spec.Labels \"dockwright.site\"}}'"
LOCKS = "docker info -f '{{.Swarm.Cluster.Spec.EncryptionConfig.AutoLockManagers}}'"
ROWS = (
    SwarmRow("drained by hand", "m1", "docker node update --availability drain w1",
        "~ node w1  drain→active", W1, "worker active ssd"),
    SwarmRow("paused by hand", "m1", "docker node update --availability pause w1",
        "~ node w1  pause→active", W1, "worker active ssd"),
    SwarmRow("promoted by hand", "m1", "docker node promote w1",
        "~ node w1  manager→worker", W1, "worker active ssd"),
    SwarmRow("label removed", "m1", "docker node update --label-rm disk w1",
        "~ node w1  label disk=ssd", W1, "worker active ssd"),
    SwarmRow("label changed", "m1", "docker node update --label-add disk=hdd w1",
        "~ node w1  label disk=ssd", W1, "worker active ssd"),
    SwarmRow("label of others (kept)", "m1", "docker node update --label-add theirs=1 w1", "",
        "docker node inspect -f '{{.Spec.Labels.theirs}}' w1; "
        "docker node update --label-rm theirs w1 >/dev/null", "1", status=0),
    SwarmRow("left by hand", "w1", "docker swarm leave",
        "+ node w1  worker  in the place of its former entry", f"{READY}; {GONE}", "3\n3"),
    SwarmRow("removed from the list by hand", "m1", "docker node rm --force w1",
        "+ node w1  worker  after it left what it was in", f"{READY}; {GONE}", "3\n3"),
    SwarmRow("engine wiped", "w1",
        "systemctl stop docker; rm -rf /var/lib/docker/swarm; systemctl start docker",
        "+ node w1  worker  in the place of its former entry", f"{READY}; {GONE}", "3\n3"),
    SwarmRow("autolock switched off", "m1", "docker swarm update --autolock=false",
        "locks itself", LOCKS, "true"),
    SwarmRow("manager locked after a restart", "m1", "systemctl restart docker",
        "~ node m1  locked→unlocked", READY, "3"),
    SwarmRow("key rotated by hand", "m1", "docker swarm unlock-key --rotate",
        "~ the key of the swarm  kept on this machine", READY, "3"),
    SwarmRow("node down", "w1",
        "systemctl stop docker docker.socket", "box w1: its engine does not run", GONE, "3"),
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("row", [pytest.param(row, id=row.sort) for row in ROWS])
def test_each_sort_of_drift(grown: SwarmLab, row: SwarmRow) -> None:
    grown.root(row.box, row.make)
    status, said = grown.plan()
    assert row.plan in said
    assert status == row.status
    if row.sort == "node down":
        # started by whoever stopped it: until then its entry stays, and the run says why
        assert "its engine does not run" in grown.apply(1)
        grown.looks("m1", row.look, row.right)
        grown.root(row.box, "systemctl start docker")
    else:
        grown.apply()
        grown.looks("m1", row.look, row.right)
        assert grown.key() == grown.root("m1", "docker swarm unlock-key -q")
    grown.as_declared()


def _asked(swarm: SwarmLab, request: str, body: str = "") -> str:
    """What the engine of m1 answers; its client carries the bytes, boxes have no curl."""
    head = f"{request} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    dial = "sudo docker system dial-stdio"
    said = swarm.ssh(swarm.lab.address("m1"), dial, stdin=f"{head}\r\n\r\n{body}")
    lines, _, answer = said.replace("\r\n", "\n").partition("\n\n")
    assert " 200 " in lines.partition("\n")[0], said
    return answer


@pytest.mark.long
def test_its_label_removed_by_hand_makes_it_somebody_else_s(grown: SwarmLab) -> None:
    """docker has no command for it: by its interface."""
    swarm = json.loads(_asked(grown, "GET /swarm"))
    spec = json.dumps({**swarm["Spec"], "Labels": {}})
    _asked(grown, f"POST /swarm/update?version={swarm['Version']['Index']}", spec)
    assert grown.root("m1", OF_SITE) == ""
    status, said = grown.plan()
    assert status == 1
    assert "box m1: is in swarm" in said
    assert "which somebody else made" in said
    grown.declare(["m1"], ["w1", "w2"], each=LABELS, swarm_autolock=True, swarm_takes_over=True)
    grown.apply()
    assert grown.root("m1", OF_SITE) == "dockwright"
    grown.as_declared()


@pytest.mark.long
def test_a_box_leaves_and_one_that_is_lost_is_told_and_forgotten(grown: SwarmLab) -> None:
    # of no group any more: emptied, and out
    grown.declare(["m1"], ["w1"], each=LABELS, swarm_autolock=True)
    assert "- node w2  emptied before" in grown.plan()[1]
    grown.apply()
    assert grown.nodes().keys() == {"m1", "w1"}
    assert grown.root("w2", "docker info -f '{{.Swarm.LocalNodeState}}'") == "inactive"
    grown.as_declared()
    # out of the inventory, and up: a node of somebody
    grown.declare(["m1"], [], hosts=["m1"], swarm_autolock=True)
    status, said = grown.plan()
    assert (status, "node w1" in said, "is up, and no box of the inventory is it" in said) == (
        0, True, True,
    )  # fmt: skip
    grown.root("w1", "docker swarm leave")
    assert "dockwright_gone = ['w1'] forgets it" in grown.plan()[1]
    grown.declare(["m1"], [], hosts=["m1"], swarm_autolock=True, gone=["w1"])
    grown.apply()
    assert grown.nodes().keys() == {"m1"}
    grown.as_declared()


@pytest.mark.long
def test_what_it_was_made_with_can_t_be_changed_and_data_may_say_it(grown: SwarmLab) -> None:
    grown.declare(["m1"], ["w1", "w2"], each=LABELS, swarm_autolock=True,
                  swarm_data_path_port=7789)  # fmt: skip
    status, said = grown.plan()
    assert status == 1
    assert "data path port 7789: it was made with 4789, which stays" in said
    for box in ("w1", "w2", "m1"):
        grown.root(box, "docker swarm leave --force")
    grown.declare(["m1"], ["w1"], hosts=["m1", "w1"], swarm_data_path_port=7789,
                  swarm_address_pools=["10.99.0.0/16"], swarm_subnet_size=26)  # fmt: skip
    grown.apply()
    asked = "docker info -f '{{.Swarm.Cluster.DataPathPort}} {{.Swarm.Cluster.DefaultAddrPool}}'"
    assert grown.root("m1", asked) == "7789 [10.99.0.0/16]"
    grown.as_declared()
    for box in ("w1", "m1"):
        grown.root(box, "docker swarm leave --force")
