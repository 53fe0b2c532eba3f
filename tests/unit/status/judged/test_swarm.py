"""What of a swarm a box's row says."""

from dataclasses import replace

from dockwright.status.judged.swarm import of_swarm
from dockwright.swarm.state import SwarmCluster, SwarmNode, SwarmState

DAY = 86400.0
M1 = SwarmNode("a", "m1", "manager", reachability="reachable", leads=True)
M2, M3 = (SwarmNode(one, one, "manager", reachability="reachable") for one in ("m2", "m3"))
LEADER = SwarmState(
    "ready", "active", "a", control=True, swarm="s", cluster=SwarmCluster("s"), nodes=(M1, M2, M3)
)


def _lines(its: SwarmState) -> list[str]:
    return [f"{one.severity}: {one.text}" for one in of_swarm(its)]


def test_a_swarm_that_is_well_says_nothing() -> None:
    assert _lines(LEADER) == []
    assert _lines(SwarmState("ready", "active", "w")) == []


def test_the_leader_tells_votes_and_nodes_that_are_away_and_no_other_does() -> None:
    away = replace(M3, reachability="unreachable", state="down")
    nodes = (M1, M2, away, SwarmNode("w", "w1", labels={"dockwright.box": "app1"}, state="down"))
    assert _lines(replace(LEADER, nodes=nodes)) == [
        "due: 2 of 3 managers of its swarm are reached: no more may be lost",
        "due: node m3 of its swarm is down",
        "due: node app1 of its swarm is down",
    ]
    assert _lines(replace(LEADER, node="m2", nodes=nodes)) == []


def test_a_manager_that_is_locked_or_without_a_leader_is_wrong() -> None:
    assert _lines(SwarmState("ready", "locked")) == [
        "wrong: its swarm is locked: `dockwright apply deploy/swarm.py` unlocks it"
    ]
    alone = SwarmState("ready", "active", control=True, error="no leader")
    assert _lines(alone) == ["wrong: its swarm takes no change: no leader"]
    assert _lines(SwarmState("ready", "error", error="why")) == ["wrong: its swarm: error: why"]


def test_a_certificate_that_was_not_renewed_in_time() -> None:
    its = SwarmState("ready", "active", begins=0.0, ends=90 * DAY)
    assert _lines(replace(its, now=60 * DAY)) == []
    [due] = _lines(replace(its, now=80 * DAY))
    assert due.startswith("due: its certificate of the swarm ends on 1970-04-01")
    [ended] = _lines(replace(its, now=90 * DAY))
    assert ended.startswith("wrong: its certificate of the swarm ended on 1970-04-01")
