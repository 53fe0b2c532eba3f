"""Three managers and two workers that lose boxes: the swarm goes on, and a run ends as declared."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dockwright import lab
from tests.lab.labs.cut_off import cut_off
from tests.lab.labs.figures import figure
from tests.lab.labs.own_lab import WITH_ENGINE, OwnLab
from tests.lab.labs.swarm_lab import SECRETS, SwarmLab
from tests.lab.labs.watch import watching
from tests.lab.labs.within import within

pytestmark = pytest.mark.long
MANAGERS, WORKERS = ("m1", "m2", "m3"), ("w1", "w2")
LAB = OwnLab("swarm5", "192.168.125.0/24", (*MANAGERS, *WORKERS), packages=WITH_ENGINE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SwarmLab]:
    state = tmp_path_factory.mktemp("swarm5")
    with LAB.up(state):
        yield SwarmLab(LAB, state)


@pytest.fixture
def swarm(made: SwarmLab) -> SwarmLab:
    """Of three managers and two workers, which locks itself, as declared."""
    made.declare(MANAGERS, WORKERS, swarm_autolock=True)
    if made.plan()[0]:
        made.apply()
    return made


def _reboot(swarm: SwarmLab, *boxes: str) -> None:
    """All of them at once."""
    with ThreadPoolExecutor() as beside:
        list(beside.map(lambda box: lab.reboot(LAB.name, box, swarm.state), boxes))


def _manager(swarm: SwarmLab, *but: str) -> str:
    """One that answers."""
    for box in MANAGERS:
        if box not in but and swarm.root(box, "docker node ls -q 2>/dev/null || :", check=False):
            return box
    return ""


def _leader(swarm: SwarmLab, of: str = "m1") -> str:
    [box] = [box for box, said in swarm.nodes(of).items() if said.endswith("Leader")]
    return box


def _all_ready(swarm: SwarmLab) -> bool:
    box = _manager(swarm)
    return bool(box) and all(said.startswith("Ready") for said in swarm.nodes(box).values())


def test_from_bare_boxes_to_three_and_two(made: SwarmLab) -> None:
    made.declare(MANAGERS, WORKERS, swarm_autolock=True)
    with watching(list(SECRETS)) as found:
        began = time.monotonic()
        made.apply()
        figure(f"swarm of 3 + 2 from bare engines: {time.monotonic() - began:.0f} s")
    assert found == []
    said = made.nodes()
    assert {box: words.split()[0] for box, words in said.items()} == dict.fromkeys(
        LAB.boxes, "Ready"
    )
    assert sorted(said[box].split()[-1] for box in MANAGERS) == ["Leader", "Reachable", "Reachable"]
    made.as_declared()
    made.shows_no_secret()


def test_the_leader_s_engine_is_killed_and_another_leads(swarm: SwarmLab) -> None:
    leader = _leader(swarm)
    swarm.root(leader, "systemctl kill -s KILL docker")
    others = [box for box in MANAGERS if box != leader]
    took = within(60, "another leader", lambda: bool(_manager(swarm, leader)))
    figure(f"swarm: the leader's engine killed: changes taken again after {took:.1f} s")
    # it comes up locked, as its engine was started anew
    within(60, "its engine", lambda: "locked" in swarm.root(
        leader, "docker info -f '{{.Swarm.LocalNodeState}}' || :"))  # fmt: skip
    status, said = swarm.plan()
    assert status == 2
    assert f"~ node {leader}  locked→unlocked" in said
    assert swarm.apply().count("unlocked") >= 1
    within(60, "all nodes", lambda: _all_ready(swarm))
    assert _leader(swarm, others[0]) in MANAGERS
    swarm.as_declared()


def test_two_of_five_are_rebooted_and_all_is_as_declared(swarm: SwarmLab) -> None:
    leader = _leader(swarm)
    other = next(box for box in MANAGERS if box != leader)
    _reboot(swarm, other, "w1")
    within(120, "two boxes", lambda: "locked" in swarm.root(
        other, "docker info -f '{{.Swarm.LocalNodeState}}' || :", check=False))  # fmt: skip
    swarm.apply()
    within(90, "all nodes", lambda: _all_ready(swarm))
    swarm.as_declared()


def test_a_worker_is_cut_off_for_a_minute_and_comes_back_by_itself(swarm: SwarmLab) -> None:
    with cut_off(LAB, swarm.state, "w2"):
        took = within(60, "w2 down", lambda: swarm.nodes(_manager(swarm))["w2"].startswith("Down"))
        figure(f"swarm: a worker cut off is down after {took:.1f} s")
        time.sleep(max(0.0, 60 - took))
        status, said = swarm.plan()
        assert status == 1  # the box gives no answer
        assert "swarm: node w2 is down" in said
    took = within(60, "w2 ready", lambda: _all_ready(swarm))
    figure(f"swarm: back {took:.1f} s after it was cut off for a minute")
    swarm.as_declared()


def test_a_manager_can_t_go_while_another_is_away(swarm: SwarmLab) -> None:
    leader = _leader(swarm)
    away, other = [box for box in MANAGERS if box != leader]
    with cut_off(LAB, swarm.state, away):
        unreached = f"docker node inspect -f '{{{{.ManagerStatus.Reachability}}}}' {away}"
        within(60, "away", lambda: swarm.root(leader, unreached) == "unreachable")
        swarm.declare([leader, away], [other, *WORKERS], swarm_autolock=True)
        status, said = swarm.plan()
        assert status == 1
        assert f"node {other}: without it 1 of 2 managers would be reached" in said
        assert swarm.nodes(leader)[other].endswith("Reachable")
    within(60, "all nodes", lambda: _all_ready(swarm))


def test_managers_are_replaced_one_by_one(swarm: SwarmLab) -> None:
    swarm.declare(["w1", "w2", "m3"], ["m1", "m2"], swarm_autolock=True)
    swarm.apply()
    said = swarm.nodes("m3")
    assert {box for box, words in said.items() if words.split()[-1] in ("Leader", "Reachable")} == {
        "w1", "w2", "m3",
    }  # fmt: skip
    swarm.as_declared()
    swarm.declare(MANAGERS, WORKERS, swarm_autolock=True)
    swarm.apply()
    swarm.as_declared()


def test_all_of_it_is_rebooted_and_unlocked_by_a_run(swarm: SwarmLab) -> None:
    _reboot(swarm, *LAB.boxes)
    for box in MANAGERS:
        within(120, box, lambda box=box: "locked" in swarm.root(  # type: ignore[misc]
            box, "docker info -f '{{.Swarm.LocalNodeState}}' || :", check=False))  # fmt: skip
    # without the key it is one line, and nothing is changed
    kept = swarm.keys.rename(swarm.keys.with_name("aside"))
    status, said = swarm.plan()
    assert status == 1
    assert "is locked, and its key is not known here" in said
    kept.rename(swarm.keys)
    swarm.apply()
    within(90, "all nodes", lambda: _all_ready(swarm))
    swarm.as_declared()
