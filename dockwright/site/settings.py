"""A box's `dockwright_*` data, validated: every key, what it may be, and what it is by default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, StrictBool, ValidationError

from dockwright.errors import DockwrightError
from dockwright.inits.init import INITS
from dockwright.site.backup import Backup
from dockwright.site.contradictions import contradictions
from dockwright.site.mistakes import PREFIX, misspelt, refused
from dockwright.site.parts import Run
from dockwright.site.registry import RegistrySettings
from dockwright.site.services import ServiceSettings
from dockwright.site.swarm import SwarmSettings
from dockwright.site.types import (
    BoxAddress,
    InitName,
    LoginUser,
    Moment,
    Owner,
    Reference,
    UnixUser,
    Uri,
    Word,
)


class Settings(ServiceSettings, SwarmSettings, RegistrySettings):
    """What a site says of one box; a field ``x`` is the data key ``dockwright_x``.

    Example:
        >>> Settings(images="images").wait_seconds
        60
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: BoxAddress | None = Field(
        None, description="the box's private address, such as 192.168.50.10 or fd00::10"
    )
    further_addresses: list[BoxAddress] = Field(
        [], description="more addresses of the box that leaves publish on, such as ['fd00::10']"
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
    own: list[Owner] = Field(
        [],
        description="[host[:port]/]owner under which Dockerfiles call the tree's own images, "
        "besides those that they show by themselves, such as ['reg.corp.test/team']",
    )
    build_args: dict[str, str] = Field({}, description="build arguments: {NAME: value}")
    max_age_days: int | None = Field(
        None, ge=1, description="days after which images are rebuilt for updates, or None"
    )
    refresh: bool = Field(False, description="True to make base image and chain anew in this run")
    older: bool = Field(
        False, description="True though a box has a newer commit of the site than this checkout"
    )

    builder: Literal["auto", "buildkit", "classic"] = Field(
        "auto", description="auto (BuildKit where the box has it), buildkit or classic"
    )
    build_parallel: int | None = Field(
        None, ge=1, description="images built at once, 1 or more; None: the box's processors"
    )
    build_cache_gib: float = Field(
        10,
        ge=0,
        description="GiB that BuildKit's cache may have once images were built, such as 10",
    )
    build_generations: int = Field(
        2, ge=1, description="builds of an image that a box keeps, the present one among them"
    )
    prune_undeclared: bool = Field(
        False,
        description="True to remove images of the chain that the box builds and runs no more",
    )
    build_secrets: dict[str, str] = Field(
        {}, description="secrets for RUN --mount=type=secret: {id: value}"
    )

    leaves: list[Word] | None = Field(
        None, description="leaves that run on the box, such as ['zenweb']; None: all"
    )
    runs: dict[Word, Run] = Field(
        {},
        description="leaves that run another leaf's image and Procfile, at a version of it: "
        "{'web-old': {'leaf': 'web', 'version': '1.2', 'ports': {8000: 8001}}}",
    )
    fresh: list[Word] = Field(
        [],
        description="leaves that may begin with empty volumes and folders on the box though "
        "another one has their data, such as ['wiki']",
    )
    gone: list[str] = Field(
        [],
        description="names of boxes that were of the site and are gone, such as ['app2']",
    )
    backup: Backup | None = Field(
        None,
        description="where backups go, and more (docs/how-to/backups.md): {'to': '/srv/backups'}; "
        "None: there are none",
    )
    after: dict[Word, list[Word]] = Field(
        {}, description="leaves that come up after others: {'api': ['db']}"
    )
    passwords_since: Moment | None = Field(
        None,
        description="day, or moment in UTC, such as '2026-12-01': passwords that boxes made "
        "before, of the registry and of leaves, are made anew; None: all stay",
    )
    leaf_user: LoginUser = Field(
        "dockwright", description="the user of leaves whose writes need a login"
    )
    init: InitName | None = Field(
        None,
        description=f"the init that leaves' boot jobs are of, one of {', '.join(INITS)}; None: "
        "what the box runs",
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
    away: StrictBool | list[str] = Field(
        False,
        description="True of a box that is away for a while, or for the site a list of such boxes",
    )
    answer_seconds: float = Field(
        30,
        gt=0,
        le=3600,
        description="seconds that a box may take to answer a question, such as 60",
    )
    room_percent: float = Field(
        10, ge=0, le=100, description="percent of a disk or of its inodes below which a plan tells"
    )
    room_gib: float = Field(
        5, ge=0, description="GiB that are room enough, however large the file system, such as 5"
    )
    journal_gib: float | None = Field(
        None, gt=0, description="GiB that the journal may have, or None for what the box has"
    )
    prune_volumes: bool = Field(
        False, description="True to remove volumes without a name that no container has"
    )
    engine_restart: bool = Field(
        False,
        description="True to restart an engine that runs another version than is installed",
    )
    updates: Literal["security", "all"] = Field(
        "security", description="security, or all that deploy/updates.py upgrades of packages"
    )
    update_engine: bool = Field(False, description="True to upgrade the engine too: it restarts")
    unattended_updates: bool = Field(
        False, description="True to have the box install security updates by itself, every day"
    )
    boxes_at_once: int = Field(1, ge=1, description="boxes that switch a leaf at once, 1 or more")
    pulls_at_once: int = Field(
        8, ge=1, description="boxes that pull from a registry at the same time, 1 or more"
    )
    env: dict[Word, dict[str, str]] = Field(
        {}, description="environment of a leaf: {leaf: {NAME: value}}"
    )


def addresses(here: Settings) -> list[str] | None:
    """The addresses of the box that its leaves publish on; None for every one that it has.

    Example:
        >>> addresses(Settings(address="192.0.2.1", further_addresses=["fd00::10"]))
        ['192.0.2.1', 'fd00::10']
    """
    every = (here.address, *here.further_addresses)
    return None if here.address is None else [str(one) for one in every]


def settings(data: Mapping[str, Any], box: str) -> Settings:
    """The settings of ``box`` from its inventory data; keys of others are left alone.

    Raises:
        DockwrightError: an unknown key, or a value that is not allowed, all of them in a line.

    Example:
        >>> settings({"dockwright_max_age_days": 7, "ssh_user": "vagrant"}, "docker").max_age_days
        7
    """
    made, wrong = validated(data)
    if made is None:
        raise DockwrightError(f"box {box}: {'; '.join(wrong)}")
    return made


def validated(data: Mapping[str, Any]) -> tuple[Settings | None, tuple[str, ...]]:
    """The settings in a box's data, or None and all that is wrong with it, each in words.

    Example:
        >>> validated({"dockwright_env": {"backend": {"PORT": 8000}}})
        (None, ('dockwright_env: backend: PORT: a number; write "8000"',))
    """
    ours = {key[len(PREFIX) :]: value for key, value in data.items() if key.startswith(PREFIX)}
    wrong = [*misspelt(data)]
    try:
        made = Settings(**ours)
    except ValidationError as error:
        return None, (*wrong, *refused(error, ours, Settings.model_fields))
    wrong += contradictions(made)
    return (None if wrong else made), tuple(wrong)
