"""What a leaf may reach: its folder's file, with what the site knows of leaves and registries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pyinfra.context import ctx_state

from dockwright.boot.job import Group
from dockwright.boot.ports import Port
from dockwright.boot.reach import FILE, Destination, OfSite, Reach, Reaches, parse
from dockwright.box.this_run import once
from dockwright.chain.registry_name import registry_name
from dockwright.deploys.box import Box, boxes
from dockwright.errors import DockwrightError
from dockwright.site.settings import Settings, addresses, settings

_DNS = 53


def written(procfile: str | Path) -> Reaches | None:
    """The file beside a leaf's Procfile; None where there is none.

    Args:
        procfile: the Procfile's path.

    Raises:
        DockwrightError: the file can't be read, or has a line that says nothing.

    Example:
        >>> written("/nowhere/Procfile") is None
        True
    """
    path = Path(procfile).with_name(FILE)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise DockwrightError(f"{path}: {error}; write it as UTF-8, a line for each") from error
    return parse(text, str(path))


def opened(reaches: Reaches | None, upstreams: Iterable[str]) -> Reaches | None:
    """``reaches``, and the registries of others at the URLs ``upstreams`` besides.

    One by its name may have any address, and tell to fetch layers from yet another machine: then
    it is all but the site's own boxes.

    Example:
        >>> opened(Reaches(), ["http://192.0.2.7:5000"]).targets
        (Destination(network='192.0.2.7', ports=(5000, 5000), protocol='tcp'),)
        >>> opened(Reaches(), ["https://hub.corp.test"]).anywhere
        True
    """
    if reaches is None:
        return None
    targets, by_name = list(reaches.targets), False
    for one in upstreams:
        url = urlsplit(one)
        port = url.port or (443 if url.scheme == "https" else 80)
        if url.hostname is not None and _is_v4(url.hostname):
            targets.append(Destination(url.hostname, (port, port), "tcp"))
        else:
            by_name = True
    return replace(
        reaches,
        targets=tuple(targets),
        names=reaches.names or by_name,
        anywhere=reaches.anywhere or by_name,
    )


def filled(
    box: Box, reaches: Reaches | None, groups: Mapping[str, Mapping[str, Group]]
) -> Reach | None:
    """What a leaf of ``box`` may reach, with addresses in the place of names.

    Args:
        box: that runs the leaf.
        reaches: its folder's file.
        groups: of each leaf that a file names the jobs, by the box that runs them.

    Raises:
        DockwrightError: a name that says no address; it names the line.

    Example::

        filled(this_box(), written("images/web/Procfile"), {})
    """
    if reaches is None:
        return None
    targets = list(reaches.targets)
    for one in reaches.named:
        made = _registry(box, one) if one.leaf is None else _leaf(one, one.leaf, groups)
        targets += made
    if reaches.names:
        # what the engine asks in the place of the box's own
        servers = [str(one) for one in box.settings.daemon.get("dns", ()) if _is_v4(str(one))]
        targets += [
            Destination(one, (_DNS, _DNS), how) for one in servers for how in ("udp", "tcp")
        ]
    site = _site() if reaches.anywhere else ()
    return Reach(tuple(dict.fromkeys(targets)), reaches.names, reaches.anywhere, site)


def _leaf(
    named: OfSite, leaf: str, groups: Mapping[str, Mapping[str, Group]]
) -> Iterator[Destination]:
    if leaf == "registry":
        raise DockwrightError(f"{named.where}: leaf registry: write registry, without leaf")
    if not groups.get(leaf):
        close = get_close_matches(leaf, groups, 1)
        hint = f"did you mean {close[0]}?" if close else "name one that a box of the site runs"
        raise DockwrightError(f"{named.where}: leaf {leaf}: no box of the site runs it; {hint}")
    targets = []
    for name, group in groups[leaf].items():
        ports = [port for job in group.living for port in job.ports]
        targets += [target for port in ports for target in _published(port, name, named)]
    if not targets:
        raise DockwrightError(
            f"{named.where}: leaf {leaf}: publishes no port on an IPv4 address that another "
            "machine has; publish one in its Procfile, or leave the line out"
        )
    yield from targets


def _published(port: Port, box: str, named: OfSite) -> Iterator[Destination]:
    if port.host is None:
        raise DockwrightError(
            f"{named.where}: leaf {named.leaf}: its port {port} is of the engine's choice; give it "
            "one in its Procfile, -p HOST:CONTAINER"
        )
    at = None if port.address is None else ip_address(port.address)
    if at is not None and not at.is_unspecified:
        if isinstance(at, IPv4Address) and not at.is_loopback:
            yield Destination(str(at), port.host, port.protocol)
        return
    own = _addresses(_settings_of(box))
    if not own:
        raise DockwrightError(
            f"{named.where}: leaf {named.leaf}: box {box} publishes it on every address, and none "
            "is known; give the box its dockwright_address"
        )
    yield from (Destination(one, port.host, port.protocol) for one in own)


def _registry(box: Box, named: OfSite) -> Iterator[Destination]:
    for place, keeper in box.registries.items():
        host, port = registry_name(place).address(box.settings.registry_tls)
        own = [host] if _is_v4(host) else [at for at, names in box.hosts.items() if host in names]
        if keeper is not None and not own:
            own = _addresses(_settings_of(keeper))
        own = [one for one in own if _is_v4(one)]
        if not own:
            raise DockwrightError(
                f"{named.where}: registry {place}: a name whose IPv4 address the site does not "
                f"know; write ADDRESS:{port} in its place, or give it in dockwright_hosts"
            )
        yield from (Destination(one, (port, port), "tcp") for one in own)


def _site() -> tuple[str, ...]:
    found: tuple[str, ...] = once(ctx_state.get(), "addresses of the site", _site_addresses)  # type: ignore[no-untyped-call]
    return found


def _site_addresses() -> tuple[str, ...]:
    all_of = [*boxes("docker_hosts"), *boxes("registry_hosts")]
    own = [one for other in all_of for one in _addresses(_settings_of(str(other.name)))]
    return tuple(dict.fromkeys(own))


def _settings_of(box: str) -> Settings:
    for other in [*boxes("docker_hosts"), *boxes("registry_hosts")]:
        if str(other.name) == box:
            return settings(other.data.dict(), box)
    raise DockwrightError(f"box {box}: not in docker_hosts or registry_hosts")


def _addresses(here: Settings) -> list[str]:
    return [one for one in addresses(here) or () if _is_v4(one)]


def _is_v4(text: str) -> bool:
    try:
        return isinstance(ip_address(text), IPv4Address)
    except ValueError:
        return False
