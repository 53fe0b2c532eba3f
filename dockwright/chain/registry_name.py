"""A registry as a site names it: ``host[:port][/path]``, and what each of its readers makes of it.

References, trust, daemon.json, requests and the chain's own names are all derived here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dockwright.chain.reference import COMPONENT, DOMAIN, LONGEST_NAME, Reference, is_domain
from dockwright.errors import DockwrightError, shown

_REGISTRY = re.compile(
    rf"(?P<host>{DOMAIN})(?::(?P<port>[0-9]{{1,5}}))?(?:/(?P<path>{COMPONENT}(?:/{COMPONENT})*))?"
)
_HUB = frozenset({"docker.io", "index.docker.io"})


@dataclass(frozen=True)
class RegistryName:
    """A registry in its parts.

    ``host`` is a name, an IPv4 address or an IPv6 address in brackets; ``port`` is None where
    none was written; ``path`` (``team/app``, or an empty text) comes before each image's name.
    """

    host: str
    port: int | None
    path: str

    @property
    def domain(self) -> str:
        """What references begin with: ``host[:port]``, as certs.d and daemon.json want it too.

        Example:
            >>> registry_name("harbor.corp.test/team").domain
            'harbor.corp.test'
        """
        return self.host if self.port is None else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.domain}/{self.path}" if self.path else self.domain

    def address(self, tls: bool = True) -> tuple[str, int]:
        """Where it listens: an address or name without brackets, and a port.

        Example:
            >>> registry_name("harbor.corp.test").address()
            ('harbor.corp.test', 443)
            >>> registry_name("[fd00::1]:5000").address()
            ('fd00::1', 5000)
        """
        return self.host.strip("[]"), self.port or (443 if tls else 80)

    def repository(self, image: str) -> str:
        """The image's name in requests: below ``/v2/``.

        Example:
            >>> registry_name("harbor.corp.test/team").repository("app")
            'team/app'
        """
        return f"{self.path}/{image}" if self.path else image

    def image(self, reference: Reference) -> str | None:
        """The name that ``reference`` has in this registry; None where it is of another place.

        Example:
            >>> from dockwright.chain.reference import parse
            >>> registry_name("harbor.corp.test/team").image(parse("harbor.corp.test/team/app:1"))
            'app'
        """
        if reference.domain != self.domain:
            return None
        if not self.path:
            return reference.path
        inside = reference.path.removeprefix(f"{self.path}/")
        return None if inside == reference.path else inside


def registry_name(text: str) -> RegistryName:
    """Read ``text`` as a registry.

    Docker takes a reference's first part for a host only where it has a dot or a colon, is
    ``localhost``, or has an upper-case letter: any other would be a name of the hub.

    Raises:
        DockwrightError: no registry, or one that no reference could name.

    Example:
        >>> registry_name("192.168.50.20:5000")
        RegistryName(host='192.168.50.20', port=5000, path='')
    """
    match = _REGISTRY.fullmatch(text)
    port = int(match["port"]) if match and match["port"] else None
    possible = port is None or 1 <= port <= 65535
    # the other half is for images
    if match is None or not possible or len(text) > LONGEST_NAME // 2:
        hint = "without https://" if "://" in text else "such as 192.168.50.20:5000"
        raise DockwrightError(
            f"registry {shown(text, 100)!r}: not of the form host[:port][/path]; give one {hint}"
        )
    made = RegistryName(match["host"], port, match["path"] or "")
    if made.host in _HUB:
        raise DockwrightError(
            f"registry {text}: an engine keeps the hub's images under names without it; "
            "give another registry"
        )
    if not is_domain(made.domain):
        raise DockwrightError(
            f"registry {text}: {made.host} has neither a dot nor a port, and an engine would take "
            f"it for a name of the hub; write {made.host}:443, or its full name"
        )
    return made


def at(address: str, port: int) -> str:
    """The registry at an address, as references name it.

    Example:
        >>> at("fd00::1", 5000)
        '[fd00::1]:5000'
    """
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
