"""What a site wants of a swarm: checked where it is made."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.swarm.wanted import WantedNode, WantedSwarm


def test_the_labels_of_the_site_are_listed_in_one_so_that_they_can_go() -> None:
    assert WantedNode("a", address="10.0.0.1").all_labels == {"dockwright.box": "a"}
    made = WantedNode("a", address="10.0.0.1", labels={"zone": "b", "disk": "ssd"}).all_labels
    assert made["dockwright.labels"] == "disk,zone"


@pytest.mark.parametrize("label", ["dockwright.box", "a,b", ""])
def test_a_label_that_is_not_the_site_s_to_give(label: str) -> None:
    with pytest.raises(DockwrightError, match="no label of a node"):
        WantedNode("a", labels={label: "x"})


def test_a_swarm_has_a_manager() -> None:
    with pytest.raises(DockwrightError, match="no manager among a; name one"):
        WantedSwarm("corp", (WantedNode("a", "worker", "10.0.0.1"),))


def test_a_node_has_an_address_and_is_not_gone() -> None:
    with pytest.raises(DockwrightError, match="box a: no address by which other nodes reach it"):
        WantedSwarm("corp", (WantedNode("a", "manager"),))
    with pytest.raises(DockwrightError, match="box a: is said to be gone"):
        WantedSwarm("corp", (WantedNode("a", "manager", "10.0.0.1"),), gone=("a",))
