"""Data keys of a swarm."""

from dockwright.site.settings import validated
from dockwright.site.swarm import SwarmSettings


def test_they_are_keys_of_a_box() -> None:
    made, wrong = validated({"dockwright_swarm_labels": {"disk": "ssd"}})
    assert wrong == () and made is not None
    assert made.swarm_labels == {"disk": "ssd"}
    assert made.swarm_name == SwarmSettings().swarm_name


def test_a_port_that_swarm_does_not_take_is_refused() -> None:
    _, [wrong] = validated({"dockwright_swarm_data_path_port": 80})
    assert wrong.startswith("dockwright_swarm_data_path_port = 80: not allowed")
