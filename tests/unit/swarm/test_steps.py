"""Each step is of one box, or of the swarm."""

from dockwright.swarm.state import SwarmNode
from dockwright.swarm.steps import Begin, Forget, Join, Leave, SetNode, SetRole, Settle, box_of

NODE = SwarmNode("x", "a")


def test_a_step_is_of_a_box_but_for_those_of_the_swarm() -> None:
    of_box = [
        Begin("a"),
        Join("a", "worker"),
        SetRole("a", NODE, "manager"),
        SetNode("a", NODE),
        Leave("a", NODE),
    ]
    assert {box_of(step) for step in of_box} == {"a"}
    assert {box_of(step) for step in (Settle(True, None), Forget(NODE))} == {""}
