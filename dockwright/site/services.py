"""What a site says of leaves that run on a swarm: a part of `dockwright.site.settings.Settings`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from dockwright.site.types import NodeLabel, Word


class ServiceSettings(BaseModel):
    """The keys of leaves as services.

    Example:
        >>> ServiceSettings(runs_on={"rails": "swarm"}).of_swarm
        ('rails',)
    """

    runs_on: dict[Word, Literal["boot", "swarm"]] = Field(
        {},
        description="leaves that run on the swarm, and not by boot jobs: {'rails': 'swarm'}",
    )
    placed: dict[Word, dict[NodeLabel, Word]] = Field(
        {},
        description="labels that nodes must have which run a leaf of the swarm: "
        "{leaf: {label: value}}",
    )
    volume_drivers: dict[Word, Word] = Field(
        {},
        description="drivers of volumes that are not of one box, for leaves of the swarm: "
        "{volume: driver}",
    )
    one_at_a_time: list[Word] = Field(
        [],
        description="leaves of the swarm of which a new task begins when the former one has "
        "ended, such as ['wiki']",
    )

    @property
    def of_swarm(self) -> tuple[str, ...]:
        """The leaves that are to be services."""
        return tuple(leaf for leaf, where in self.runs_on.items() if where == "swarm")
