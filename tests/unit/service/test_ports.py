"""Ports of a service: in the routing mesh, or of nodes."""

import pytest

from dockwright.boot.ports import parse
from dockwright.errors import DockwrightError
from dockwright.service.ports import endpoint


def test_the_mesh_where_there_is_ipvs_and_nodes_ports_where_there_is_none() -> None:
    ports = [parse("53:5353/udp", "P"), parse("80", "P")]
    mesh, node = endpoint(ports, True, "a", "P"), endpoint(ports, False, "a", "P")
    assert (mesh["Mode"], node["Mode"]) == ("vip", "dnsrr")
    assert {one["PublishMode"] for one in mesh["Ports"]} == {"ingress"}
    assert {one["PublishMode"] for one in node["Ports"]} == {"host"}
    assert node["Ports"][0]["PublishedPort"] == 53
    assert "PublishedPort" not in node["Ports"][1]


def test_a_range_is_its_ports() -> None:
    made = endpoint([parse("9000-9002:80-82", "P")], False, "a", "P")["Ports"]
    assert [(one["PublishedPort"], one["TargetPort"]) for one in made] == [
        (9000, 80), (9001, 81), (9002, 82),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["127.0.0.1:80:80", "8000-8009:80"])
def test_an_address_or_a_choice_is_refused(text: str) -> None:
    with pytest.raises(DockwrightError, match=r"P: --publish .*: not on Swarm"):
        endpoint([parse(text, "P")], True, "a", "P")
    assert endpoint([parse("0.0.0.0:80:80", "P")], True, "a", "P")["Ports"]
