"""What a manager has of services; whether a box has IPVS; what an image runs by itself."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote
from typing import Any

from pydantic import BaseModel

from dockwright.box.fact import Fact
from dockwright.engine.place import USE
from dockwright.scripts import text
from dockwright.service.environment import ImageProgram
from dockwright.service.state import SwarmService, SwarmServices, named_networks

_SCRIPT = USE + "\n" + text("facts/service")
# of a kernel that has it built in there is no module to be found
_IPVS = (
    "{ [ -d /proc/sys/net/ipv4/vs ] || [ -e /proc/net/ip_vs ] || "
    "PATH=$PATH:/sbin modprobe -n -q ip_vs 2>/dev/null; } && echo yes; true"
)


class _ServiceSaid(BaseModel):
    ID: str
    Spec: dict[str, Any]
    PreviousSpec: dict[str, Any] | None = None
    UpdateStatus: dict[str, Any] | None = None


class _ImageConfig(BaseModel):
    Entrypoint: list[str] | None = None
    Cmd: list[str] | None = None
    Healthcheck: dict[str, Any] | None = None


class Services(Fact[SwarmServices]):
    """The services of ours, as a manager that is not locked has them, and its secrets of ours.

    Example::

        host.get_fact(Services).of_leaf("rails")[0].count  # '1/1'
    """

    about = "its services"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> SwarmServices:
        return SwarmServices()

    def read(self, lines: Iterable[str]) -> SwarmServices:
        said: dict[str, list[str]] = {}
        for line in lines:
            key, _, value = line.partition(" ")
            said.setdefault(key, []).append(value)
        if said.get("manager") != ["true"]:
            return SwarmServices()
        major, _, minor = said["api"][0].partition(".")
        networks = dict(line.split(" ", 1) for line in said.get("network", ()))
        counts = dict(line.split(" ", 1) for line in said.get("count", ()))
        services = []
        for line in said.get("service", ()):
            its = _ServiceSaid.model_validate_json(line)
            services.append(
                SwarmService(
                    its.ID,
                    str(its.Spec["Name"]),
                    named_networks(its.Spec, networks),
                    its.PreviousSpec or {},
                    str((its.UpdateStatus or {}).get("State", "")),
                    counts.get(its.ID[:12], ""),
                )
            )
        secrets = [line.split(" ", 2) for line in said.get("secret", ())]
        return SwarmServices(
            True,
            (int(major), int(minor)),
            tuple(sorted(services, key=lambda one: one.name)),
            {name: of for of, name in (line.split(" ", 1) for line in said.get("named", ()))},
            {name: leaf for _, name, leaf in secrets},
        )


class Ipvs(Fact[bool]):
    """Whether the box's kernel has IPVS, or a module of it: Swarm's routing mesh is made of that.

    Example::

        host.get_fact(Ipvs)  # False
    """

    about = "its kernel's IPVS"

    def script(self) -> str:
        return _IPVS

    @staticmethod
    def default() -> bool:
        return False

    def read(self, lines: Iterable[str]) -> bool:
        return "yes" in list(lines)


class ImageRuns(Fact[ImageProgram | None]):
    """What an image of the box runs by itself; None where the box has no such image.

    Example::

        host.get_fact(ImageRuns, "zenweb:latest").command  # ('nginx',)
    """

    about = "what an image runs"

    def script(self, image: str) -> str:
        form = "{{json .Config}}"
        return f"{USE}docker image inspect --format '{form}' -- {quote(image)} 2>/dev/null || true"

    @staticmethod
    def default() -> ImageProgram | None:
        return None

    def read(self, lines: Iterable[str]) -> ImageProgram | None:
        told = [line for line in lines if line.startswith("{")]
        if not told:
            return None
        config = _ImageConfig.model_validate_json(told[0])
        return ImageProgram(
            tuple(config.Entrypoint or ()), tuple(config.Cmd or ()), config.Healthcheck or {}
        )
