"""The box a deploy is at work on: its settings, and its place in the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from pyinfra import host, inventory
from pyinfra.api.exceptions import NoGroupError
from pyinfra.context import ctx_state

from dockwright.box.this_run import once
from dockwright.chain.registry_name import at, registry_name
from dockwright.errors import DockwrightError, SiteError
from dockwright.registry import places
from dockwright.site.settings import Settings, settings, validated


@dataclass(frozen=True)
class Box:
    """One box with what its deploys need of the others.

    ``registry`` is the registry's ``host[:port][/path]``, ``registry_box`` the inventory's name of
    the host that runs it (None where it is not one of ours). ``others`` are the registries of the
    further hosts of ``registry_hosts``, which have all that is pushed too, with their hosts.
    """

    name: str
    settings: Settings  # read from its data, with the defaults
    registry: str
    registry_box: str | None
    others: Mapping[str, str]
    hosts: Mapping[str, Sequence[str]]

    def is_in(self, *groups: str) -> bool:
        """Whether the box is in one of the inventory's ``groups``."""
        return any(self.name == other.name for group in groups for other in boxes(group))

    @property
    def registries(self) -> dict[str, str | None]:
        """All registries of the site by name, with their hosts; the first is the main."""
        return {self.registry: self.registry_box, **self.others}

    @property
    def registry_ports(self) -> dict[int, int]:
        """Of a registry's host the port that its registry's name says, by the container's."""
        for place, box in self.registries.items():
            if box == self.name:
                return {places.PORT: registry_name(place).address(self.settings.registry_tls)[1]}
        return {}

    def certificates(self) -> dict[str, str]:
        """The site's extra CA certificates: PEM by name."""
        pems = {}
        for written in self.settings.ca_certificates:
            path = Path(written).expanduser()
            if path.stem in pems:
                raise DockwrightError(
                    f"box {self.name}: dockwright_ca_certificates: {written}: another one is "
                    f"called {path.stem} too; rename one of the files"
                )
            try:
                pems[path.stem] = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise DockwrightError(
                    f"box {self.name}: dockwright_ca_certificates: {written}: {error}; "
                    "name a PEM file of this machine"
                ) from error
        return pems


def boxes(group: str) -> list[Any]:
    """The hosts of an inventory group; raises DockwrightError where there is no such group.

    To pyinfra an empty group is none; a site that names its registry may well have such a one.
    """
    try:
        return list(inventory.get_group(group))
    except NoGroupError as error:
        if host.data.get("dockwright_registry"):
            return []
        raise DockwrightError(
            f"inventory: no group {group}; it needs docker_hosts and registry_hosts (and "
            "builders, else the first Docker host builds)"
        ) from error


def builder() -> str:
    """The name of the box that builds: the first of ``builders``, else the first Docker host."""
    try:
        named = list(inventory.get_group("builders"))
    except NoGroupError:
        named = []
    hosts = named or boxes("docker_hosts")
    if not hosts:
        raise DockwrightError("inventory: group docker_hosts is empty; put a box into it")
    return str(hosts[0].name)


def check_site() -> None:
    """Raise one SiteError of all that is wrong with the data of any box, or missing there.

    Example::

        check_site()
    """
    # not only of what this run is limited to: a box's hosts file names all of them
    keepers = boxes("registry_hosts")
    mistakes: dict[str, list[str]] = {}
    for box in dict.fromkeys([*boxes("docker_hosts"), *keepers]):
        data = box.data.dict()
        wrong = list(validated(data)[1])
        named = data.get("dockwright_hostname") or (box in keepers and not _registry(data))
        if named and not data.get("dockwright_address"):
            wrong.append("dockwright_address: not given; give its private address")
        for line in wrong:
            mistakes.setdefault(line, []).append(str(box.name))
    if mistakes:
        raise SiteError(
            "\nerror: ".join(
                f"box{'es' if len(names) > 1 else ''} {', '.join(names)}: {line}"
                for line, names in mistakes.items()
            )
        )


def _registry(data: Mapping[str, Any]) -> bool:
    return bool(data.get("dockwright_registry") or data.get("dockwright_registry_ca"))


def this_box() -> Box:
    """The box that pyinfra is at work on, its data validated, and that of all others."""
    once(ctx_state.get(), "the site's data", check_site)  # type: ignore[no-untyped-call]
    here = settings(host.data.dict(), host.name)  # type: ignore[no-untyped-call]
    keepers = boxes("registry_hosts")
    keeper = _main(keepers, here.registry) if keepers and here.registry_ca is None else None
    registry = here.registry
    if registry is None and keeper is not None:
        address = _address(keeper)
        registry = at(address, places.PORT)
    if registry is None:
        raise DockwrightError(
            "inventory: group registry_hosts is empty and dockwright_registry is not given; "
            "put a box into the group, or name a registry as host[:port][/path]"
        )
    further = [other for other in keepers if keeper is not None and other is not keeper]
    names = {str(address): list(listed) for address, listed in here.hosts.items()}
    for other in dict.fromkeys([*boxes("docker_hosts"), *keepers]):
        full = other.data.get("dockwright_hostname")
        if full:
            short = str(full).partition(".")[0]
            names.setdefault(_address(other), list(dict.fromkeys([str(full), short])))
    return Box(
        name=host.name,
        settings=here,
        registry=registry,
        registry_box=None if keeper is None else str(keeper.name),
        others={at(_address(other), places.PORT): str(other.name) for other in further},
        hosts=names,
    )


def _main(keepers: Sequence[Any], registry: str | None) -> Any:
    """The host whose registry ``registry`` is, by address or name; else the inventory's first."""
    named = None if registry is None else _short(registry_name(registry).address()[0])
    for keeper in keepers:
        if named is not None and named in (
            _short(str(keeper.data.get("dockwright_address"))),
            keeper.data.get("dockwright_hostname"),
        ):
            return keeper
    return keepers[0]


def _address(other: Any) -> str:
    address = other.data.get("dockwright_address")
    if not address:
        raise DockwrightError(
            f"box {other.name}: dockwright_address is not given; give its private address"
        )
    return _short(str(address))


def _short(address: str) -> str:
    """An address as engines and certificates write it, whichever way the site does."""
    try:
        return str(ip_address(address))
    except ValueError:
        return address
