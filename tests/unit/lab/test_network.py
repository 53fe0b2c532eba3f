"""Who holds a subnet, which rules are a lab's, and whether its route is there."""

import subprocess

import pytest

from dockwright.errors import DockwrightError
from dockwright.lab import network as lab_network
from dockwright.lab.settings import make_settings

ADDRESSES = [
    {"ifname": "lo", "addr_info": [{"family": "inet", "local": "127.0.0.1", "prefixlen": 8}]},
    {"ifname": "br7", "addr_info": [{"family": "inet", "local": "192.168.7.1", "prefixlen": 24}]},
]


ROUTES = [
    {"dst": "default", "gateway": "192.168.7.9", "dev": "br7"},
    {"type": "broadcast", "dst": "192.168.7.255", "dev": "br7"},
    {"dst": "10.0.0.0/8", "dev": "tun0"},
    {"type": "local", "dst": "192.168.7.1", "dev": "br7"},
]


@pytest.mark.parametrize(
    ("subnet", "own", "said"),
    [
        ("192.168.50.0/24", "dw-lab", None),
        ("192.168.7.0/24", "dw-lab", "interface br7 (192.168.7.1/24)"),
        ("192.168.0.0/16", "dw-lab", "interface br7 (192.168.7.1/24)"),
        ("192.168.7.0/24", "br7", None),
        ("10.3.0.0/24", "dw-lab", "interface tun0 (route 10.0.0.0/8)"),
    ],
)
def test_who_holds_a_subnet(subnet: str, own: str, said: str | None) -> None:
    assert lab_network.holder(subnet, own, ADDRESSES, ROUTES) == said


def test_every_rule_is_marked_with_its_lab() -> None:
    for _, _, rest in lab_network.rules(make_settings("dev")):
        assert rest[rest.index("--comment") + 1] == "dockwright-lab-dev"
        assert "dw-dev" in rest


def test_taking_down_one_lab_leaves_the_rules_of_a_longer_name() -> None:
    rule = "FORWARD -i dw-{0} -m comment --comment dockwright-lab-{0} -j ACCEPT"
    lines = ["-P FORWARD ACCEPT", *(f"-A {rule.format(name)}" for name in ("dev", "dev-2"))]
    assert lab_network.marked("\n".join(lines), "dev") == [rule.format("dev").split()]


@pytest.mark.parametrize(
    "answer",
    [
        '[{"dst": "192.168.50.10", "gateway": "10.0.0.1", "dev": "eth0"}]',
        '[{"dst": "192.168.50.10", "gateway": "10.0.0.1", "dev": "dw-lab"}]',
        "[]",
        "",
    ],
)
def test_a_route_past_the_bridge_means_the_lab_is_down(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.CompletedProcess(["ip"], 0, answer, "")
    monkeypatch.setattr(lab_network, "run", lambda *_, **__: done)
    with pytest.raises(DockwrightError, match=r"lab lab is down.*`dockwright lab up`"):
        lab_network.check_route(make_settings(), "192.168.50.10")
