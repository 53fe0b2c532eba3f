"""The services that a leaf is to be, by what a manager says: for its operation, and for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pyinfra.api.host import Host

from dockwright.boot.group import group
from dockwright.boot.job import Group
from dockwright.boot.moved import Moved
from dockwright.boot.reach import Reach
from dockwright.box.secret import get_unseen
from dockwright.errors import DockwrightError, NotReady
from dockwright.facts.image import images_on
from dockwright.facts.of_each import of_each
from dockwright.facts.password import Password
from dockwright.facts.service import ImageRuns, Ipvs, Services
from dockwright.operations.boot.image import pin
from dockwright.service.environment import ImageProgram
from dockwright.service.spec import Service, Terms, services
from dockwright.service.state import SwarmServices


@dataclass(frozen=True)
class LeafTerms:
    """What is asked for of a leaf; the fields are arguments of `service.leaf`.

    ``image`` is a tag on the manager, ``procfile`` a path of this machine.
    """

    leaf: str
    image: str
    procfile: str
    runs: str | None = None
    scale: Mapping[str, int] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict)
    placed: Mapping[str, str] = field(default_factory=dict)
    drivers: Mapping[str, str] = field(default_factory=dict)
    one_at_a_time: bool = False
    steady: float = 3
    moved: Moved | None = None
    reach: Reach | None = None

    @property
    def of_services(self) -> Terms:
        """What of it decides of services."""
        return Terms(
            drivers=self.drivers,
            placed=self.placed,
            one_at_a_time=self.one_at_a_time,
            steady=self.steady,
        )


def check(terms: LeafTerms) -> None:
    """Make sure that a leaf can be services at all; nobody is asked.

    Raises:
        DockwrightError: its Procfile has what Swarm can't do.

    Example::

        check(LeafTerms("zenweb", "zenweb:latest", "images/zenweb/Procfile"))
    """
    values = {**terms.env, **dict.fromkeys(terms.secrets, "")}
    services(_group(terms, values, None), terms.procfile, terms.of_services, ImageProgram())


def manager_of(host: Host, **how: Any) -> SwarmServices:
    """What a box says as a manager.

    Args:
        host: the box.
        how: as whom it is asked; by default as its operation is run.

    Raises:
        NotReady: it is none.

    Example::

        manager_of(host).api  # (1, 41)
    """
    has: SwarmServices = host.get_fact(Services, **how)
    if not has.manager:
        raise NotReady(
            f"box {host.name}: is no manager of a swarm; put it into group swarm_managers, and "
            "make it one before its leaves"
        )
    return has


def wanted_services(
    host: Host, terms: LeafTerms, has: SwarmServices, nodes: Sequence[str], **how: Any
) -> tuple[Service, ...]:
    """The services of a leaf, pinned to the image that the manager has.

    Args:
        host: the manager.
        terms: what is asked for.
        has: what it says (`manager_of`).
        nodes: boxes of the swarm; where each of them has IPVS, ports are in the routing mesh.
        how: as whom it is asked; by default as its operation is run.

    Raises:
        NotReady: it has no such image, or no password as yet.

    Example::

        wanted_services(host, terms, manager_of(host), ["docker1"])[0].name  # 'zenweb_web'
    """
    reference, _ = pin(terms.image, images_on(host, **how))
    values = {**terms.env, **_passwords(host, terms.secrets, how)}
    program = host.get_fact(ImageRuns, reference, **how) if values else None
    decided = replace(terms.of_services, api=has.api, mesh=_mesh(host, nodes))
    made = _group(terms, values, reference)
    return services(made, terms.procfile, decided, program or ImageProgram())


def _group(terms: LeafTerms, env: Mapping[str, str], image: str | None) -> Group:
    path = Path(terms.procfile)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DockwrightError(f"{path}: {error}; a leaf has a Procfile, as UTF-8") from error
    return group(
        terms.leaf,
        text,
        str(path),
        image=image,
        runs=terms.runs,
        scale=terms.scale,
        env=env,
        moved=terms.moved,
        log_driver=None,
    )


def _passwords(host: Host, paths: Mapping[str, str], how: Mapping[str, Any]) -> dict[str, str]:
    values = {}
    for variable, path in paths.items():
        text = get_unseen(host, Password, path, **how).text
        if not text:
            raise NotReady(f"box {host.name}: {path}: holds no password for {variable}")
        values[variable] = text
    return values


def _mesh(host: Host, nodes: Sequence[str]) -> bool:
    """Whether every box of the swarm has IPVS; one that does not answer is taken to have none."""
    said = of_each(host.state, nodes, Ipvs)
    return all(one is True for one in said.values())
