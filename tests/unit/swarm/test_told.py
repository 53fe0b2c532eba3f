"""What a person should know of a swarm that is as declared."""

from dataclasses import replace

from dockwright.swarm.told import certificate_reminders, reminders
from tests.unit.swarm.swarms import node, states, wanted

M1, M2, M3 = (node(box, "manager") for box in ("m1", "m2", "m3"))
DAY = 86400.0


def test_of_three_managers_and_a_worker_there_is_nothing_to_say() -> None:
    said = states(M1, M2, M3, node("w1"))
    assert list(reminders(wanted("m1 m2 m3", "w1"), said["m1"])) == []


def test_two_managers_are_no_better_than_one() -> None:
    [line] = reminders(wanted("m1 m2"), states(M1, M2)["m1"])
    assert line.startswith("swarm: two managers bear no more than one does")


def test_votes_that_are_away_are_counted() -> None:
    away = replace(M3, state="down", reachability="unreachable")
    lines = list(reminders(wanted("m1 m2 m3"), states(M1, M2, away)["m1"]))
    assert lines == [
        "swarm: 2 of 3 managers are reached; no more may be lost",
        "swarm: node m3 is down",
    ]
    nodes = [M1, M2, away, *(node(box, "manager") for box in ("w1", "w2"))]
    [first, _] = reminders(wanted("m1 m2 m3 w1 w2"), states(*nodes)["m1"])
    assert first.endswith("4 of 5 managers are reached; 1 more may be lost")


def test_a_node_that_is_put_right_in_this_run_is_not_told() -> None:
    said = states(M1, node("w1", state="down"))["m1"]
    assert list(reminders(wanted("m1", "w1"), said)) == ["swarm: node w1 is down"]
    assert list(reminders(wanted("m1", "w1"), said, {"w1"})) == []


def test_a_node_of_no_box_is_told_until_it_is_said_to_be_gone() -> None:
    lost, other = node("app9", state="down"), node("app8")
    said = states(M1, lost, other)["m1"]
    lines = list(reminders(wanted("m1"), said))
    assert [line.partition(";")[0] for line in lines] == [
        "swarm: node app9 (10.0.0.9) is down, and no box of the inventory is it",
        "swarm: node app8 (10.0.0.9) is up, and no box of the inventory is it",
    ]
    assert list(reminders(wanted("m1", gone=("app8", "app9")), said)) == []


def test_a_node_that_the_others_know_by_another_address() -> None:
    moved = node("w1", address="10.0.0.77")
    [line] = reminders(wanted("m1", "w1"), states(M1, moved)["m1"])
    assert "the others know it by 10.0.0.77, and its address is 10.0.0.4" in line


def test_a_certificate_that_was_not_renewed_in_time() -> None:
    state = replace(states(node("w1"))["w1"], begins=0.0, ends=90 * DAY)
    assert list(certificate_reminders({"w1": replace(state, now=70 * DAY)})) == []
    [ending] = certificate_reminders({"w1": replace(state, now=80 * DAY)})
    assert ending.startswith("box w1: its certificate of the swarm ends on 1970-04-01, and was not")
    [ended] = certificate_reminders({"w1": replace(state, now=91 * DAY)})
    assert "ended on 1970-04-01" in ended
