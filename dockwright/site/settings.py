"""A box's `dockwright_*` data, validated: every key, what it may be, and what it is by default."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from dockwright.chain.reference import parse
from dockwright.chain.registry_name import registry_name
from dockwright.errors import DockwrightError

PREFIX = "dockwright_"
_SECRET = ("password", "env", "secret")
# Keys of former versions, each with what does its work now.
_FORMER = {
    "stash_id": "the number is an argument of its image now: give dockwright_build_args = "
    '{"STASH_ID": "…"}'
}

Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
# of a box's own accounts, and of what a directory service adds to them
UnixUser = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.][A-Za-z0-9_.@+-]{0,254}\$?$")]
# whatever HTTP's basic authentication can carry
LoginUser = Annotated[str, StringConstraints(pattern=r"^[^:\p{Cc}]{1,255}$")]
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


Registry = Annotated[str, AfterValidator(_registry)]
Reference = Annotated[str, AfterValidator(_reference)]


class Settings(BaseModel):
    """What a site says of one box; a field ``x`` is the data key ``dockwright_x``.

    Example:
        >>> Settings(images="images").max_age_days
        30
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: IPv4Address | IPv6Address | None = Field(
        None, description="the box's private address, such as 192.168.50.10"
    )
    hostname: Word | None = Field(None, description="the box's name, such as docker.vagrant")
    hosts: dict[str, list[Word]] = Field(
        {}, description="more entries of /etc/hosts: {address: [name, …]}"
    )
    admin_user: UnixUser | None = Field(
        None, description="the user who may use docker without sudo, or None"
    )
    daemon: dict[str, Any] = Field({}, description="keys of the engine's daemon.json")
    engine_version: str | None = Field(
        None, description="version of the engine's package, or None for what is there"
    )
    ca_certificates: list[str] = Field(
        [], description="paths of PEM files that boxes and images trust"
    )
    clean_up: bool = Field(False, description="True to clean the box up before packaging it")

    images: str = Field("images", description="path of the folder with the image folders")
    flavour: Literal["distro", "upstream"] = Field("distro", description="distro or upstream")
    base_image: str = Field(
        "debian:bookworm", description="name:tag of the image the chain begins with"
    )
    base_suite: Word = Field("bookworm", description="release to bootstrap the base image from")
    base_source: Literal["auto", "pull", "bootstrap"] = Field(
        "auto", description="auto (pull, else bootstrap), pull or bootstrap"
    )
    mirror: Uri | None = Field(None, description="URI of the mirror; None: the box's own")
    security_mirror: Uri | None = Field(
        None, description="URI of the mirror's security archive; None: the box's own"
    )
    externals: list[Reference] = Field(
        [], description="images of others that Dockerfiles may name, such as ['postgres:16']"
    )
    build_args: dict[str, str] = Field({}, description="build arguments: {NAME: value}")
    max_age_days: int | None = Field(
        30, ge=1, description="days after which images are rebuilt for updates, or None"
    )
    refresh: bool = Field(False, description="True to make base image and chain anew in this run")

    builder: Literal["auto", "buildkit", "classic"] = Field(
        "auto", description="auto (BuildKit where the box has it), buildkit or classic"
    )
    build_parallel: int | None = Field(
        None, ge=1, description="images built at once, 1 or more; None: the box's processors"
    )
    build_secrets: dict[str, str] = Field(
        {}, description="secrets for RUN --mount=type=secret: {id: value}"
    )

    registry: Registry | None = Field(
        None,
        description="host[:port][/path] of the registry, the host with a dot or a port; "
        "None: port 5000 of the registry host",
    )
    registry_tls: bool = Field(True, description="False for plain HTTP inside the firewall")
    registry_user: LoginUser = Field(
        "dockwright", description="the registry's user: no colon, no control character"
    )
    registry_password_command: list[str] | None = Field(
        None, description="a command whose first line of output is the password, as a list"
    )
    registry_ca: str | None = Field(
        None, description="PEM of the registry's CA, where the registry is not one of ours"
    )

    leaves: list[Word] | None = Field(
        None, description="leaves that run on the box, such as ['zenweb']; None: all"
    )
    after: dict[Word, list[Word]] = Field(
        {}, description="leaves that come up after others: {'api': ['db']}"
    )
    leaf_user: LoginUser = Field(
        "dockwright", description="the user of leaves whose writes need a login"
    )
    scale: dict[Word, dict[Word, int]] = Field(
        {}, description="processes of a leaf: {leaf: {process: number}}"
    )
    wait_seconds: float = Field(
        60, gt=0, le=3600, description="seconds within which a leaf must be up, such as 60"
    )
    steady_seconds: float = Field(
        3,
        ge=0,
        le=600,
        description="seconds that a container without HEALTHCHECK must stay up, such as 3",
    )
    answer_seconds: float = Field(
        60,
        gt=0,
        le=3600,
        description="seconds that a box may take to answer a question, such as 60",
    )
    boxes_at_once: int = Field(
        1, ge=1, description="boxes that switch a leaf at the same time, 1 or more"
    )
    env: dict[Word, dict[str, str]] = Field(
        {}, description="environment of a leaf: {leaf: {NAME: value}}"
    )


def settings(data: Mapping[str, Any], box: str) -> Settings:
    """The settings of ``box`` from its inventory data; keys of others are left alone.

    Raises:
        DockwrightError: an unknown key, or a value that is not allowed, all of them in a line.

    Example:
        >>> settings({"dockwright_max_age_days": 7, "ssh_user": "vagrant"}, "docker").max_age_days
        7
    """
    ours = {key[len(PREFIX) :]: value for key, value in data.items() if key.startswith(PREFIX)}
    try:
        made = Settings(**ours)
    except ValidationError as error:
        wrong = dict.fromkeys(_line(str(found["loc"][0]), ours) for found in error.errors())
        raise DockwrightError(f"box {box}: {'; '.join(wrong)}") from error
    if made.steady_seconds >= made.wait_seconds:
        raise DockwrightError(
            f"box {box}: {PREFIX}steady_seconds = {made.steady_seconds:g}: no container could be "
            f"up within {PREFIX}wait_seconds = {made.wait_seconds:g}; make the first one less"
        )
    return made


def _line(field: str, given: Mapping[str, Any]) -> str:
    known = Settings.model_fields
    if field in _FORMER:
        return f"{PREFIX}{field}: no key any more; {_FORMER[field]}"
    if field not in known:
        close = get_close_matches(field, list(known), 1)
        hint = f"did you mean {PREFIX}{close[0]}?" if close else f"keys: {', '.join(known)}"
        return f"{PREFIX}{field}: no such key; {hint}"
    value = "(hidden)" if any(word in field for word in _SECRET) else repr(given.get(field))
    if len(value) > 80:
        value = f"{value[:79]}…"
    return f"{PREFIX}{field} = {value}: not allowed; give {known[field].description}"
