"""What a site wants of its swarm: values; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from dockwright.errors import DockwrightError
from dockwright.swarm.state import BOX_LABEL, OURS_LABEL

PORT = 2377  # of managers, which swarm itself fixes
_OURS = "dockwright."


@dataclass(frozen=True)
class WantedNode:
    """A box as a node.

    Args:
        box: its name in the inventory.
        role: ``manager``, ``worker``, or empty: it is to be in no swarm of the site.
        address: the one by which the other boxes reach it.
        availability: ``active``, ``pause`` or ``drain``.
        labels: of the node, beside those that others gave it.

    Example:
        >>> WantedNode("app1", "worker", "10.0.0.5", labels={"disk": "ssd"}).all_labels
        {'dockwright.box': 'app1', 'disk': 'ssd', 'dockwright.labels': 'disk'}
    """

    box: str
    role: str = "worker"
    address: str = ""
    availability: str = "active"
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for label in self.labels:
            if not label or label.startswith(_OURS) or "," in label:
                raise DockwrightError(
                    f"box {self.box}: label {label!r}: no label of a node; one without a comma "
                    f"that does not begin with {_OURS}"
                )

    @property
    def all_labels(self) -> dict[str, str]:
        """Those that it is to have, the one that says which ones are the site's among them."""
        made = {BOX_LABEL: self.box, **self.labels}
        return {**made, OURS_LABEL: ",".join(sorted(self.labels))} if self.labels else made

    @property
    def listens(self) -> str:
        """``address:port`` of a manager.

        Example:
            >>> WantedNode("a", address="10.0.0.5").listens, WantedNode("b", address="fd00::1").listens
            ('10.0.0.5:2377', '[fd00::1]:2377')
        """  # noqa: E501
        is_new = ip_address(self.address).version != 4
        return f"[{self.address}]:{PORT}" if is_new else f"{self.address}:{PORT}"


@dataclass(frozen=True)
class WantedSwarm:
    """The swarm of a site.

    Args:
        site: its name, which the swarm has as a label: no other swarm is touched.
        nodes: the boxes, managers first; those that are to be in none of it last.
        takes_over: whether one that somebody made by hand becomes the site's.
        autolock: whether a manager that was started anew needs a key.
        data_path_port: UDP port of the traffic between containers; None: as it is.
        pools: networks that overlay networks get theirs from; empty: as they are.
        subnet_size: bits of each of those.
        gone: names of boxes that are nodes no more.

    Example:
        >>> WantedSwarm("corp", (WantedNode("app1", "manager", "10.0.0.5"),)).managers
        ('app1',)
    """

    site: str
    nodes: tuple[WantedNode, ...]
    takes_over: bool = False
    autolock: bool = False
    data_path_port: int | None = None
    pools: tuple[str, ...] = ()
    subnet_size: int | None = None
    gone: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [one.box for one in self.nodes]
        if not self.managers:
            raise DockwrightError(
                f"swarm {self.site}: no manager among {', '.join(names) or 'no boxes'}; name one"
            )
        for one in self.nodes:
            if one.role and not one.address:
                raise DockwrightError(
                    f"box {one.box}: no address by which other nodes reach it; give its private "
                    "address"
                )
            if one.role and one.box in self.gone:
                raise DockwrightError(
                    f"box {one.box}: is said to be gone, and is to be a node; take it out of one "
                    "of them"
                )

    @property
    def managers(self) -> tuple[str, ...]:
        """Boxes that are to manage it, in their order."""
        return tuple(one.box for one in self.nodes if one.role == "manager")

    @property
    def members(self) -> tuple[WantedNode, ...]:
        """Those that are to be in it."""
        return tuple(one for one in self.nodes if one.role)

    def node(self, box: str) -> WantedNode | None:
        """What ``box`` is to be; None where nothing is said of it."""
        return next((one for one in self.nodes if one.box == box), None)
