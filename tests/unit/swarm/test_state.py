"""What a box says of its swarm: nodes by box, and how many votes count."""

import pytest

from dockwright.swarm.state import SwarmNode, SwarmState, quorum, votes


def test_a_node_is_the_box_that_its_label_says_else_the_one_of_its_name() -> None:
    nodes = (SwarmNode("a", "host9", labels={"dockwright.box": "app1"}), SwarmNode("b", "app2"))
    state = SwarmState(nodes=nodes)
    assert [state.node_of(box) for box in ("app1", "app2", "host9")] == [*nodes, None]


def test_of_two_entries_of_a_box_the_one_that_is_up_counts() -> None:
    down, up = SwarmNode("a", "app1", state="down"), SwarmNode("b", "app1")
    assert SwarmState(nodes=(down, up)).node_of("app1") == up
    assert SwarmState(nodes=(up, down)).node_of("app1") == up


def test_votes_are_of_managers_alone() -> None:
    nodes = [
        SwarmNode("a", role="manager", reachability="reachable"),
        SwarmNode("b", role="manager", reachability="unreachable"),
        SwarmNode("c", role="manager"),  # promoted, and not yet one
        SwarmNode("d"),
    ]
    assert votes(nodes) == (2, 1)


@pytest.mark.parametrize(("managers", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 4)])
def test_more_than_half_of_the_managers_are_needed(managers: int, needed: int) -> None:
    assert quorum(managers) == needed
