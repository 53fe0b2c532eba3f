"""The types of values in a site's data: what is checked of each, for `dockwright.site.settings`."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from dockwright.chain.own import prefix
from dockwright.chain.reference import is_fixed, is_tag, parse
from dockwright.chain.registry_name import registry_name
from dockwright.errors import DockwrightError
from dockwright.inits.init import INITS

Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
# of a box's own accounts, and of what a directory service adds to them
UnixUser = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.][A-Za-z0-9_.@+-]{0,254}\$?$")]
# whatever HTTP's basic authentication can carry
LoginUser = Annotated[str, StringConstraints(pattern=r"^[^:\x00-\x1f\x7f-\x9f]{1,255}$")]
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


InitName = Annotated[str, AfterValidator(_init)]
PortNumber = Annotated[int, Field(ge=1, le=65535)]
