"""Images of others: one identity for every spelling, and the name that a mirror has for it."""

from __future__ import annotations

import re
from ipaddress import ip_address

from dockwright.chain.reference import Reference, parse
from dockwright.errors import DockwrightError

HUB = "docker.io"
_HUBS = (None, HUB, "index.docker.io")
OFFICIAL = "library/"


def canonical(text: str) -> Reference:
    """``text`` as docker normalizes it: two spellings of one image are equal.

    Without a host the hub is meant, without a tag or digest ``latest``; the hub's official
    images stand below ``library/``. What is pinned by a digest needs no tag.

    Raises:
        DockwrightError: the text is no reference.

    Example:
        >>> canonical("postgres:16") == canonical("docker.io/library/postgres:16")
        True
    """
    read = parse(text)
    domain = HUB if read.domain in _HUBS else read.domain
    path = read.path
    if domain == HUB and "/" not in path:
        path = f"{OFFICIAL}{path}"
    tag = None if read.digest else read.tag or "latest"
    return Reference(domain, path, tag, read.digest)


def familiar(text: str) -> str:
    """``text`` as an engine lists it: without the hub's host and ``library/``, with its tag.

    Example:
        >>> familiar("docker.io/library/postgres:16"), familiar("ghcr.io/org/app")
        ('postgres:16', 'ghcr.io/org/app:latest')
    """
    whole = canonical(text)
    name = whole.path if whole.domain == HUB else f"{whole.domain}/{whole.path}"
    if whole.domain == HUB:
        name = name.removeprefix(OFFICIAL)
    return f"{name}@{whole.digest}" if whole.digest else f"{name}:{whole.tag}"


def mirrored(text: str) -> str:
    """The ``name:tag`` by which a site's registry has the image: of another host's, with the host.

    Raises:
        DockwrightError: no reference, or one with a digest: a mirror's is another.

    Example:
        >>> mirrored("docker.io/library/postgres:16"), mirrored("ghcr.io/org/app:1")
        ('postgres:16', 'ghcr.io/org/app:1')
        >>> mirrored("10.0.0.9:5000/app")
        '10.0.0.9-5000/app:latest'
    """
    whole = canonical(text)
    if whole.digest:
        raise DockwrightError(
            f"image {text}: pinned by a digest, and a mirror has it under another one; name a tag"
        )
    if whole.domain == HUB:
        return familiar(text)
    return f"{_as_component(whole.domain or '')}/{whole.path}:{whole.tag}"


def _as_component(domain: str) -> str:
    """A host and port as one part of a path, another one for each."""
    address = re.match(r"\[([^\]]+)\]", domain)
    if address:
        try:
            domain = f"{ip_address(address[1]).exploded}{domain[address.end() :]}"
        except ValueError as error:
            raise DockwrightError(f"registry {domain}: {error}; give its address") from error
    return re.sub(r"[^a-z0-9.]+", "-", domain.lower())
