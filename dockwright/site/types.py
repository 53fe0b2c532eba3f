"""The types of values in a site's data: what is checked of each, for `dockwright.site.settings`."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from dockwright.boot.calendar import is_calendar
from dockwright.chain.own import prefix
from dockwright.chain.reference import is_fixed, is_tag, parse
from dockwright.chain.registry_name import registry_name
from dockwright.errors import DockwrightError
from dockwright.inits.init import INITS
from dockwright.site.moment import moment


def _label(text: str) -> str:
    if text.startswith("dockwright."):
        raise ValueError(f"{text}: begins as the library's own labels do; name another")
    return text


Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
# of a node of a swarm; those that begin with dockwright. are of the library itself
NodeLabel = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$"), AfterValidator(_label)
]
# of a box's own accounts, and of what a directory service adds to them
UnixUser = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.][A-Za-z0-9_.@+-]{0,254}\$?$")]
# whatever HTTP's basic authentication can carry
LoginUser = Annotated[str, StringConstraints(pattern=r"^[^:\x00-\x1f\x7f-\x9f]{1,255}$")]
# of a registry: with no path, login or query
Upstream = Annotated[
    str, StringConstraints(pattern=r"^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?$")
]
# the first part of an image's name in the registry
CacheName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
# what Vagrant is given: of a catalogue the box is all there is, so no path
CatalogueUrl = Annotated[
    str,
    StringConstraints(
        pattern=r"^https://(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?/?$"
    ),
]
Uri = Annotated[str, StringConstraints(pattern=r"^(https?|file)://\S+$")]


def _registry(text: str) -> str:
    try:
        return str(registry_name(text))
    except DockwrightError as error:
        raise ValueError(str(error)) from error


def _reference(text: str) -> str:
    try:
        parse(text)
    except DockwrightError as error:
        raise ValueError(str(error)) from error
    return text


def _owner(text: str) -> str:
    try:
        return prefix(text).text
    except DockwrightError as error:
        raise ValueError(str(error)) from error


Owner = Annotated[str, AfterValidator(_owner)]
Registry = Annotated[str, AfterValidator(_registry)]
Reference = Annotated[str, AfterValidator(_reference)]


def _moment(text: str) -> str:
    try:
        moment(text)
    except ValueError as error:
        raise ValueError(f"{text}: no day; write it as 2026-12-01, or 2026-12-01T10:30") from error
    return text


Moment = Annotated[str, AfterValidator(_moment)]


def _version(text: str) -> str:
    if not is_tag(text) and not (text.startswith("sha256:") and is_fixed(text)):
        raise ValueError(f"{text}: no version; give a tag such as 1.2, or sha256:…")
    return text


Version = Annotated[str, AfterValidator(_version)]


def _box_address(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    # which interface it is behind differs by who asks, and neither references nor /etc/hosts say it
    if isinstance(address, IPv6Address) and (address.is_link_local or address.scope_id):
        raise ValueError(
            f"{address}: of one link alone; give an address that the other boxes reach, such as "
            "fd00::10"
        )
    return address


BoxAddress = Annotated[IPv4Address | IPv6Address, AfterValidator(_box_address)]


def _init(text: str) -> str:
    if text not in INITS:
        raise ValueError(f"{text}: no init that is known; one of {', '.join(INITS)}")
    return text


def _calendar(text: str) -> str:
    if not is_calendar(text):
        raise ValueError(f"{text}: no time of systemd's calendar; write daily or Sun 03:00")
    return text


Calendar = Annotated[str, AfterValidator(_calendar)]
InitName = Annotated[str, AfterValidator(_init)]
PortNumber = Annotated[int, Field(ge=1, le=65535)]
