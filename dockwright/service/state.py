"""What a manager says of the services and secrets that are ours: values; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dockwright.service.spec import LEAF, PROCESS
from dockwright.value import Value

_COUNT = re.compile(r"(?P<running>[0-9]+)/(?P<wanted>[0-9]+)")


@dataclass(frozen=True)
class SwarmService(Value):
    """A service as a manager has it; ``spec`` names networks by their names.

    Example:
        >>> SwarmService("q3d2", "web_web", {"Labels": {"dockwright.leaf": "web"}}).leaf
        'web'
    """

    id: str
    name: str
    # a person may have put a secret into its environment
    spec: Mapping[str, Any] = field(default_factory=dict, repr=False)
    former: Mapping[str, Any] = field(default_factory=dict, repr=False)  # what it was before
    update: str = ""  # the state of its last update, such as rollback_completed
    count: str = ""  # as `docker service ls` tells it: 1/2

    @property
    def leaf(self) -> str:
        """Whose it is."""
        return str((self.spec.get("Labels") or {}).get(LEAF, ""))

    @property
    def process(self) -> str:
        """The process of it."""
        return str((self.spec.get("Labels") or {}).get(PROCESS, ""))

    @property
    def running(self) -> int:
        """How many of its tasks run."""
        match = _COUNT.match(self.count)
        return int(match["running"]) if match else 0

    @property
    def wanted(self) -> int:
        """How many of them are to run."""
        match = _COUNT.match(self.count)
        return int(match["wanted"]) if match else 0

    @property
    def image(self) -> str:
        """What its tasks run."""
        return str(_container(self.spec).get("Image", ""))

    @property
    def secrets(self) -> frozenset[str]:
        """Names of secrets that it reads, or that it would read if it were put back."""
        return frozenset(
            str(one.get("SecretName", ""))
            for spec in (self.spec, self.former)
            for one in _container(spec).get("Secrets") or ()
        )


@dataclass(frozen=True)
class SwarmServices(Value):
    """What one box says.

    ``names`` are those of all services, by name their IDs; ``secrets`` those of ours, by name
    their leaf.
    """

    manager: bool = False
    api: tuple[int, int] = (0, 0)
    services: tuple[SwarmService, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)

    def of_leaf(self, leaf: str) -> tuple[SwarmService, ...]:
        """The services of ``leaf``.

        Example:
            >>> SwarmServices().of_leaf("web")
            ()
        """
        return tuple(one for one in self.services if one.leaf == leaf)

    @property
    def leaves(self) -> frozenset[str]:
        """The leaves that have services."""
        return frozenset(one.leaf for one in self.services)


def named_networks(spec: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A specification with its networks by their names, in place of their IDs.

    Example:
        >>> spec = {"TaskTemplate": {"Networks": [{"Target": "q3d2"}]}}
        >>> named_networks(spec, {"q3d2": "inside"})["TaskTemplate"]["Networks"]
        [{'Target': 'inside'}]
    """
    task = dict(spec.get("TaskTemplate") or {})
    nets = [
        {**one, "Target": names.get(str(one.get("Target")), one.get("Target"))}
        for one in task.get("Networks") or ()
    ]
    return {**spec, "TaskTemplate": {**task, "Networks": nets} if nets else task}


def _container(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    return (spec.get("TaskTemplate") or {}).get("ContainerSpec") or {}
