"""Published ports of a run line, as Swarm publishes them: on nodes that have a task, or on all."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from dockwright.boot.ports import Port
from dockwright.service.flags import refused

Spec = dict[str, Any]


def endpoint(ports: Sequence[Port], mesh: bool, leaf: str, where: str) -> Spec:
    """The ``EndpointSpec`` of a service.

    Args:
        ports: as the run line publishes them.
        mesh: whether all nodes have IPVS, which the routing mesh needs; else a port is published
            on the nodes that have a task alone (mode host, with dnsrr).
        leaf, where: what errors name.

    Raises:
        DockwrightError: an address, or a range of which the engine takes one: Swarm has neither.

    Example:
        >>> from dockwright.boot.ports import parse
        >>> endpoint([parse("80:8080", "P")], False, "web", "P")["Ports"][0]["PublishMode"]
        'host'
    """
    made = []
    for port in ports:
        if port.address is not None and not ip_address(port.address).is_unspecified:
            why = "it publishes on every address of a node; leave the address out"
            raise refused("publish", str(port), why, leaf, where)
        if port.choice > 1:
            why = "it takes no port out of a range; name one port"
            raise refused("publish", str(port), why, leaf, where)
        first, last = port.container
        for inner in range(first, last + 1):
            one: Spec = {
                "Protocol": port.protocol,
                "TargetPort": inner,
                "PublishMode": "ingress" if mesh else "host",
            }
            if port.host is not None:
                one["PublishedPort"] = port.host[0] + inner - first
            made.append(one)
    unique = list({str(sorted(one.items())): one for one in made}.values())
    return {"Mode": "vip" if mesh else "dnsrr", **({"Ports": unique} if unique else {})}
