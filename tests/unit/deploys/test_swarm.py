"""The swarm that an inventory declares, and what is wrong with one before any box is asked."""

from pathlib import Path
from typing import Any

import pytest

from dockwright.deploys.swarm import declared, key_folder
from dockwright.errors import SiteError

A, B, C = ({"dockwright_address": f"10.0.0.{number}"} for number in (1, 2, 3))


def test_managers_come_first_then_workers_then_boxes_that_are_in_neither() -> None:
    groups = {"docker_hosts": {"c": C, "b": B, "a": A}, "swarm_managers": {"b": B}}
    wanted, _ = declared({**groups, "swarm_workers": {"a": A}})
    assert [(one.box, one.role, one.address) for one in wanted.nodes] == [
        ("b", "manager", "10.0.0.2"), ("a", "worker", "10.0.0.1"), ("c", "", "10.0.0.3"),
    ]  # fmt: skip
    assert wanted.site == "dockwright"


def test_what_data_says_of_a_box_and_of_the_swarm() -> None:
    site = {
        "dockwright_swarm_name": "corp",
        "dockwright_swarm_autolock": True,
        "dockwright_swarm_data_path_port": 7789,
        "dockwright_swarm_address_pools": ["10.20.0.0/16"],
        "dockwright_swarm_subnet_size": 26,
        "dockwright_gone": ["app9"],
    }
    own = {"dockwright_swarm_labels": {"disk": "ssd"}, "dockwright_swarm_availability": "drain"}
    groups = {"swarm_managers": {"a": {**A, **site}}, "swarm_workers": {"b": {**B, **site, **own}}}
    wanted, first = declared(groups)
    assert (wanted.site, wanted.autolock, wanted.data_path_port) == ("corp", True, 7789)
    assert (wanted.pools, wanted.subnet_size, wanted.gone) == (("10.20.0.0/16",), 26, ("app9",))
    node = wanted.node("b")
    assert node is not None
    assert (dict(node.labels), node.availability) == ({"disk": "ssd"}, "drain")
    assert first.swarm_name == "corp"


NAMED = {**B, "dockwright_swarm_name": "corp"}
POOLS = {**B, "dockwright_swarm_address_pools": ["10.20.0.0/16"]}


@pytest.mark.parametrize(
    ("managers", "workers", "why"),
    [
        ({}, {"a": A}, "inventory: group swarm_managers is empty; put a box into it, or three"),
        ({"a": A}, {"a": A}, "box a: is in swarm_managers and in swarm_workers; a manager runs"),
        ({"a": A}, {"b": {}}, "box b: dockwright_address: not given; give the address by which"),
        ({"a": A}, {"b": NAMED}, "box b: dockwright_swarm_name = corp, and dockwright on a; a sw"),
        ({"a": A}, {"b": POOLS}, r"dockwright_swarm_address_pools = \['10.20.0.0/16'\], and \[\]"),
        ({"a": {**A, "dockwright_swarm_label": {}}}, {}, "dockwright_swarm_label: no such key"),
        (
            {"a": {**A, "dockwright_swarm_labels": {"dockwright.box": "x"}}}, {},
            "box a: dockwright_swarm_labels = .*: not allowed",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line(
    managers: dict[str, Any], workers: dict[str, Any], why: str
) -> None:
    with pytest.raises(SiteError, match=why) as wrong:
        declared({"swarm_managers": managers, "swarm_workers": workers})
    assert "\n" not in str(wrong.value)


def test_keys_are_kept_below_the_user_s_settings() -> None:
    assert key_folder({"XDG_CONFIG_HOME": "/c"}) == Path("/c/dockwright/swarm")
    assert key_folder({}) == Path("~/.config/dockwright/swarm").expanduser()
