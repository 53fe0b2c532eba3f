"""What a site says of its swarm: a part of `dockwright.site.settings.Settings`."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Literal

from pydantic import BaseModel, Field

from dockwright.site.types import NodeLabel, Word


class SwarmSettings(BaseModel):
    """The keys of a swarm and of a box as a node of it.

    Example:
        >>> SwarmSettings(swarm_labels={"disk": "ssd"}).swarm_availability
        'active'
    """

    swarm_name: Word = Field(
        "dockwright",
        description="the name of the site's swarm, which has it as its label dockwright.site",
    )
    swarm_takes_over: bool = Field(
        False, description="True to take over a swarm that somebody made on the boxes by hand"
    )
    swarm_autolock: bool = Field(
        False, description="True to have a manager that was started anew need a key"
    )
    swarm_unlock_key_command: list[str] | None = Field(
        None, description="a command whose first line of output is the swarm's key, as a list"
    )
    swarm_data_path_port: int | None = Field(
        None, ge=1024, le=49151, description="UDP port of the swarm's traffic, 1024 to 49151"
    )
    swarm_address_pools: list[IPv4Network] = Field(
        [], description="networks that overlay networks are cut from, such as ['10.20.0.0/16']"
    )
    swarm_subnet_size: int | None = Field(
        None, ge=8, le=29, description="bits of each of these, 8 to 29; None: swarm's own, 24"
    )
    swarm_availability: Literal["active", "pause", "drain"] = Field(
        "active", description="active, pause (nothing new), or drain (nothing) on the box as a node"
    )
    swarm_labels: dict[NodeLabel, str] = Field(
        {}, description="labels of the box as a node of the swarm, such as {'disk': 'ssd'}"
    )
