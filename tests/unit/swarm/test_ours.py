"""Which swarm is the site's; whatever else a box is in is refused in one line."""

from dataclasses import replace

import pytest

from dockwright.errors import DockwrightError, NotReady
from dockwright.swarm.ours import OurSwarm, our_swarm
from dockwright.swarm.state import SwarmState
from tests.unit.swarm.swarms import ID, NOBODY, locked, node, states, wanted

LEADER = node("m1", "manager", leads=True)


def test_boxes_in_none_have_none() -> None:
    assert our_swarm(wanted("m1", "w1"), {"m1": NOBODY, "w1": NOBODY}) == OurSwarm()


def test_it_is_known_by_its_label_and_the_leader_says_how_it_is() -> None:
    said = states(node("m2", "manager"), LEADER, node("w1"))
    assert our_swarm(wanted("m2 m1", "w1"), said) == OurSwarm(ID, "m1")


def test_a_manager_that_is_to_be_one_no_more_says_it_too() -> None:
    said = states(LEADER) | {"m2": NOBODY}
    assert our_swarm(wanted("m2", "", "m1"), said).manager == "m1"


@pytest.mark.parametrize(
    ("label", "takes_over", "why"),
    [
        (None, False, "box m1: is in swarm nyp66jbgae, which somebody else made; leave it there"),
        ("lab", False, "box m1: is in swarm nyp66jbgae, which is site lab's and not corp's; leave"),
        ("lab", True, "box m1: is in swarm nyp66jbgae, which is site lab's and not corp's; leave"),
    ],
)
def test_a_swarm_of_others_is_refused(label: str | None, takes_over: bool, why: str) -> None:
    said = states(LEADER, node("w1"), label=label)
    with pytest.raises(DockwrightError, match=why) as refused:
        our_swarm(wanted("m1", "w1", takes_over=takes_over), said)
    assert "\n" not in str(refused.value)


def test_one_made_by_hand_is_taken_over_where_the_site_says_so() -> None:
    said = states(LEADER, node("w1"), label=None)
    assert our_swarm(wanted("m1", "w1", takes_over=True), said) == OurSwarm(ID, "m1")


def test_a_worker_of_another_swarm_is_refused_by_its_certificate() -> None:
    said = states(LEADER) | {"w1": SwarmState("ready", "active", "x", swarm="otherswarm0001")}
    with pytest.raises(DockwrightError, match="box w1: is in swarm otherswarm, which none of the "):
        our_swarm(wanted("m1", "w1"), said)


def test_a_box_that_is_no_node_of_the_site_may_be_in_any() -> None:
    said = states(LEADER) | {"w1": SwarmState("ready", "active", "x", swarm="otherswarm0001")}
    assert our_swarm(wanted("m1", "", "w1"), said).id == ID


def test_two_of_one_site_are_told_and_nothing_is_chosen() -> None:
    said = states(LEADER) | states(node("m2", "manager"), swarm="otherswarm0001")
    with pytest.raises(DockwrightError, match="box m2: is in swarm otherswarm, and m1 in nyp66"):
        our_swarm(wanted("m1 m2"), said)


def test_a_worker_whose_managers_give_no_answer_is_not_taken_for_another_s() -> None:
    said = {"w1": SwarmState("ready", "active", "x", swarm=ID)}
    with pytest.raises(NotReady, match=r"no manager says whose that is \(m1: no answer\)"):
        our_swarm(wanted("m1", "w1"), said)


def test_managers_without_a_leader_are_not_ready() -> None:
    error = "rpc error: The swarm does not have a leader"
    alone = SwarmState("ready", "active", "id-m1", control=True, error=error, swarm=ID)
    with pytest.raises(NotReady, match="does not have a leader"):
        our_swarm(wanted("m1"), {"m1": alone}, None)


def test_managers_that_are_all_locked_need_a_key_that_is_known() -> None:
    said = {"m1": locked("m1"), "m2": locked("m2")}
    for keys in (None, [ID]):
        ours = our_swarm(wanted("m1 m2"), said, keys)
        assert (ours, ours.awaits) == (OurSwarm(ID, "", ("m1", "m2")), True)
    with pytest.raises(DockwrightError, match="swarm nyp66jbgae is locked, and its key is not kn"):
        our_swarm(wanted("m1 m2"), said, ["another"])


def test_one_that_was_unlocked_and_has_no_leader_yet_waits_for_the_others() -> None:
    alone = SwarmState("ready", "active", "id-m1", control=True, error="no leader", swarm=ID)
    ours = our_swarm(wanted("m1 m2"), {"m1": alone, "m2": locked("m2")}, [ID])
    assert ours == OurSwarm(ID, "", ("m2",))


def test_of_a_swarm_that_answers_a_locked_manager_needs_no_key_from_here() -> None:
    said = states(LEADER, node("m3", "manager")) | {"m2": locked("m2")}
    assert our_swarm(wanted("m1 m2 m3"), said) == OurSwarm(ID, "m1", ("m2",))


def test_a_locked_manager_of_another_swarm_is_refused() -> None:
    said = states(LEADER) | {"m2": locked("m2", "otherswarm0001")}
    with pytest.raises(DockwrightError, match="box m2: is in swarm otherswarm"):
        our_swarm(wanted("m1 m2"), said, None)


def test_a_swarm_without_the_leader_is_told_by_any_manager() -> None:
    said = states(replace(LEADER, reachability="unreachable"), node("m2", "manager"))
    del said["m1"]
    assert our_swarm(wanted("m1 m2"), said).manager == "m2"
