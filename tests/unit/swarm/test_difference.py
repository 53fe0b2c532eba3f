"""The steps between a swarm as it is and as it is wanted, and which ones are refused."""

from dataclasses import replace

import pytest

from dockwright.errors import DockwrightError
from dockwright.swarm.difference import difference
from dockwright.swarm.ours import States, our_swarm
from dockwright.swarm.state import SwarmNode, SwarmState
from dockwright.swarm.steps import Begin, Forget, Join, Leave, SetNode, SetRole, Settle, Step
from dockwright.swarm.wanted import WantedNode, WantedSwarm
from tests.unit.swarm.swarms import NOBODY, node, states, wanted

M1, M2, M3 = (node(box, "manager") for box in ("m1", "m2", "m3"))
W1, W2 = node("w1"), node("w2")


def _steps(site: WantedSwarm, said: States) -> tuple[Step, ...]:
    return difference(site, said, our_swarm(site, said))


def _labelled(**how: object) -> WantedSwarm:
    one = WantedNode("w1", "worker", "10.0.0.4", **how)  # type: ignore[arg-type]
    return WantedSwarm("corp", (WantedNode("m1", "manager", "10.0.0.1"), one))


def test_from_bare_boxes_the_first_manager_that_answers_begins_and_the_others_join() -> None:
    steps = _steps(wanted("m1 m2", "w1"), {"m2": NOBODY, "w1": SwarmState("none")})
    assert [type(one).__name__ for one in steps] == ["Begin", "SetNode", "Join", "SetNode"]
    assert steps[0] == Begin("m2")
    assert steps[2] == Join("w1", "worker")


def test_none_begins_where_a_manager_s_engine_may_be_in_one() -> None:
    with pytest.raises(DockwrightError, match="box m1: its engine does not run, and whether"):
        _steps(wanted("m1 m2"), {"m1": SwarmState("stopped"), "m2": NOBODY})


def test_none_begins_where_no_manager_answers() -> None:
    with pytest.raises(DockwrightError, match="none of its managers m1 gives an answer"):
        _steps(wanted("m1", "w1"), {"w1": NOBODY})


def test_as_wanted_there_is_nothing_to_do() -> None:
    assert _steps(wanted("m1 m2 m3", "w1 w2"), states(M1, M2, M3, W1, W2)) == ()


def test_a_box_that_gives_no_answer_has_no_step() -> None:
    said = states(M1, replace(W1, state="down"))
    del said["w1"]
    assert _steps(wanted("m1", "w1"), said) == ()


def test_nodes_are_promoted_before_others_are_demoted() -> None:
    steps = _steps(wanted("w1", "m1"), states(M1, W1))
    assert steps == (SetRole("w1", W1, "manager"), SetRole("m1", M1, "worker"))


def test_a_box_that_left_by_hand_joins_and_its_entry_goes() -> None:
    down = replace(W1, state="down")
    said = states(M1, down) | {"w1": NOBODY}
    assert _steps(wanted("m1", "w1"), said)[0] == Join("w1", "worker", (down,))


def test_an_entry_that_only_has_the_name_of_a_box_and_is_up_is_another_s() -> None:
    other = SwarmNode("x", "w1", address="10.0.0.77")
    said = states(M1, other) | {"w1": NOBODY}
    assert _steps(wanted("m1", "w1"), said)[0] == Join("w1", "worker")


def test_a_box_that_was_removed_from_the_list_leaves_and_joins() -> None:
    said = states(M1) | {"w1": states(W1)["w1"]}
    assert _steps(wanted("m1", "w1"), said)[0] == Join("w1", "worker", leaves=True)


def test_a_former_entry_of_a_box_that_joined_anew_goes() -> None:
    old = replace(W1, id="old", state="down")
    said = states(M1, old, W1)
    assert _steps(wanted("m1", "w1"), said) == (Forget(old),)


def test_a_box_whose_engine_is_away_keeps_its_entry() -> None:
    for engine in ("stopped", "silent", "none"):
        said = states(M1, replace(W1, state="down")) | {"w1": SwarmState(engine)}
        assert _steps(wanted("m1", "w1"), said) == ()


def test_a_box_of_neither_group_leaves_the_site_s_swarm_and_no_other() -> None:
    assert _steps(wanted("m1", "", "w1"), states(M1, W1)) == (Leave("w1", W1),)
    other = {"w1": SwarmState("ready", "active", "x", swarm="otherswarm0001")}
    assert _steps(wanted("m1", "", "w1"), states(M1) | other) == ()


def test_labels_and_availability_become_the_site_s_and_others_labels_stay() -> None:
    has = replace(W1, labels={**W1.labels, "theirs": "1", "old": "2", "dockwright.labels": "old"})
    [step] = _steps(_labelled(labels={"disk": "ssd"}, availability="drain"), states(M1, has))
    assert step == SetNode(
        "w1", has, "drain", (("disk", "ssd"), ("dockwright.labels", "disk")), ("old",)
    )
    [step] = _steps(_labelled(), states(M1, has))
    assert step == SetNode("w1", has, "", (), ("old", "dockwright.labels"))


def test_one_drained_by_hand_is_put_back() -> None:
    has = replace(W1, availability="drain")
    assert _steps(_labelled(), states(M1, has)) == (SetNode("w1", has, "active"),)


def test_a_swarm_that_is_taken_over_is_labelled_and_its_lock_is_as_wanted() -> None:
    site = wanted("m1", takes_over=True, autolock=True)
    assert _steps(site, states(M1, label=None)) == (Settle(True, True),)
    assert _steps(wanted("m1"), states(M1, autolock=True)) == (Settle(False, False),)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"data_path_port": 7789}, "data path port 7789: it was made with 4789, which stays"),
        ({"pools": ("10.9.0.0/16",)}, "address pools 10.9.0.0/16: it was made with , which"),
        ({"subnet_size": 26}, "subnet size 26: it was made with 24"),
    ],
)
def test_what_a_swarm_was_made_with_stays(how: dict[str, object], why: str) -> None:
    with pytest.raises(DockwrightError, match=why):
        _steps(wanted("m1", **how), states(M1))


def test_what_is_gone_by_the_site_s_word_goes_first() -> None:
    lost = replace(node("app9", "manager"), state="down", reachability="unreachable")
    steps = _steps(wanted("m1 m2", "w1", gone=("app9",)), states(M1, M2, lost) | {"w1": NOBODY})
    assert steps[:2] == (Forget(lost), Join("w1", "worker"))


AWAY = replace(M3, state="down", reachability="unreachable")


@pytest.mark.parametrize(
    ("site", "nodes"),
    [
        (wanted("m1 m3", "m2"), (M1, M2, AWAY)),  # demoted
        (wanted("m1 m3", "", "m2"), (M1, M2, AWAY)),  # leaves
        (wanted("m1 m3", gone=("m2",)), (M1, M2, AWAY)),  # forgotten, and is up
    ],
)
def test_a_vote_without_which_there_is_no_majority_stays(
    site: WantedSwarm, nodes: tuple[SwarmNode, ...]
) -> None:
    said = states(*nodes)
    del said["m3"]
    with pytest.raises(DockwrightError, match="node m2: without it 1 of 2 managers") as refused:
        _steps(site, said)
    assert "(m3)" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_with_a_manager_more_before_it_may_go() -> None:
    said = states(M1, M2, AWAY, W1)
    del said["m3"]
    steps = _steps(wanted("m1 w1 m3", "m2"), said)
    assert steps == (SetRole("w1", W1, "manager"), SetRole("m2", M2, "worker"))


def test_an_unreached_manager_that_joins_anew_takes_no_majority() -> None:
    said = states(M1, M2, AWAY) | {"m3": NOBODY}
    assert _steps(wanted("m1 m2 m3"), said)[0] == Join("m3", "manager", (AWAY,))


def test_three_become_one() -> None:
    steps = _steps(wanted("m1", "m2 m3"), states(M1, M2, M3))
    assert steps == (SetRole("m2", M2, "worker"), SetRole("m3", M3, "worker"))
