"""What a site says of its registry: a part of `dockwright.site.settings.Settings`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from dockwright.site.parts import Cache
from dockwright.site.types import CacheName, Calendar, CatalogueUrl, LoginUser, Moment, Registry


class RegistrySettings(BaseModel):
    """The keys of a registry, its logins, its signatures, and of a catalogue beside it.

    Example:
        >>> RegistrySettings(registry_generations=3).registry_tls
        True
    """

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
    registry_reader: LoginUser | None = Field(
        None,
        description="a user of somebody else's registry that may only read, for all boxes but the "
        "builder; None: registry_user. A registry of the site has one of its own",
    )
    registry_reader_password_command: list[str] | None = Field(
        None, description="a command whose first line of output is the reader's password"
    )
    signatures: bool = Field(
        True, description="False to take what nobody signed from the site's registries"
    )
    signing_key: str | None = Field(
        None,
        description="path on this machine of the private key, PEM, that signs images; None: one "
        "that the first run that pushes makes, below ~/.config/dockwright",
    )
    signing_keys: list[str] = Field(
        [], description="paths on this machine of public keys, PEM, that hold besides"
    )
    sboms: bool = Field(
        True,
        description="False to keep no SBOM beside images that are pushed: what is inside them",
    )
    cve_database: str | None = Field(
        None, description="path on this machine of the JSON of Debian's security tracker"
    )
    registries_alike: bool = Field(
        False, description="True to give each registry what another one has, pushed by hand too"
    )
    registry_generations: int | None = Field(
        None,
        ge=1,
        description="builds of an image that `dockwright registry gc` keeps, the present one among "
        "them, besides what is needed or named; None: all",
    )
    registry_timer: Calendar | None = Field(
        None,
        description="when the registry's box takes from its disk what no image names, and verifies "
        "it, such as 'Sun 03:00'; None: not by itself",
    )
    registry_cache: dict[CacheName, Cache] = Field(
        {}, description="registries of others that the site's registry caches, by a name of yours"
    )
    registry_ca: str | None = Field(
        None, description="PEM of the registry's CA, where the registry is not one of ours"
    )

    registry_ca_since: Moment | None = Field(
        None,
        description="day, or moment in UTC, such as '2026-12-01': a CA that a registry's box made "
        "before is followed by another one; None: it is near its end alone",
    )
    catalogue: CatalogueUrl | None = Field(
        None,
        description="URL by which Vagrant calls the catalogue of packaged boxes that this box "
        "serves, such as https://registry.vagrant:8443; None: it serves none",
    )
