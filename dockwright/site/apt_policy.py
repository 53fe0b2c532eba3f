"""Packages that are behind, by what `apt-cache policy` prints; lines in, values out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from dockwright.value import Value

_PACKAGE = re.compile(r"(?P<name>[a-z0-9][a-z0-9+.-]*(?::[a-z0-9-]+)?):")
_FIELD = re.compile(r"  (?P<key>Installed|Candidate): (?P<value>\S+)")
# "     1.5.4+dfsg2-5+deb12u1 500", and "(phased 20%)" behind it; Ubuntu 14.04 has no priority there
_VERSION = re.compile(r"     (?P<version>[0-9]\S*)(?: -?[0-9]+)?(?: .*)?")
# "        500 http://mirror/debian-security bookworm-security/main amd64 Packages"
_SOURCE = re.compile(r" {1,12}-?[0-9]+ (?P<source>(?:[a-z+]+:|/)\S.*)")
_RELEASE = re.compile(r" +release (?P<words>.*)")


@dataclass(frozen=True)
class Outdated(Value):
    """A package with a newer version in apt's lists; a foreign one is called ``libc6:i386``.

    ``security``: a version between them, or the new one, is of a security archive. ``held``: an
    administrator has put it on hold.
    """

    name: str
    installed: str
    candidate: str
    security: bool
    held: bool = False


@dataclass
class _Block:
    """What is said of one package: its newer versions, newest first, each with its sources."""

    name: str
    installed: str = ""
    candidate: str = ""
    newer: list[tuple[str, list[str]]] = field(default_factory=list)


def is_security(label: str, archive: str, codename: str = "") -> bool:
    """Whether a Release file with these fields is of a security archive.

    Example:
        >>> is_security("Debian-Security", "stable"), is_security("Ubuntu", "jammy-security")
        (True, True)
        >>> is_security("Debian", "stable-updates")
        False
    """
    return any(re.search(r"[-/ ]security$", text, re.I) for text in (label, archive, codename))


def security_sources(lines: Iterable[str]) -> frozenset[str]:
    """Of what `apt-cache policy` without a name lists, the sources that are security archives.

    Example:
        >>> security_sources([
        ...     " 500 http://m.test/debian trixie-security/main amd64 Packages",
        ...     "     release v=13,o=Debian,a=stable-security,n=trixie-security,l=Debian-Security",
        ... ])
        frozenset({'http://m.test/debian trixie-security/main amd64 Packages'})
    """
    found: set[str] = set()
    source = ""
    for line in lines:
        if (match := _SOURCE.fullmatch(line)) is not None:
            source = match["source"]
        elif source and (match := _RELEASE.fullmatch(line)) is not None:
            words = dict(part.partition("=")[::2] for part in match["words"].split(","))
            if is_security(words.get("l", ""), words.get("a", ""), words.get("n", "")):
                found.add(source)
    return frozenset(found)


def outdated(
    lines: Iterable[str], security: Collection[str], held: Collection[str] = ()
) -> list[Outdated]:
    """The packages that are behind, by name.

    Args:
        lines: what `apt-cache policy NAME…` prints, the installed version and all below it left
            out or not.
        security: sources, as `security_sources` gives them.
        held: names of packages on hold.

    Example:
        >>> outdated([
        ...     "zstd:",
        ...     "  Installed: 1.5.4-5",
        ...     "  Candidate: 1.5.4-5+deb12u1",
        ...     "  Version table:",
        ...     "     1.5.4-5+deb12u1 500",
        ...     "        500 http://m.test/s x-security/main amd64 Packages",
        ... ], ["http://m.test/s x-security/main amd64 Packages"])[0].security
        True
    """
    made = []
    for block in _blocks(lines):
        versions = [version for version, _ in block.newer]
        if block.installed in ("", "(none)") or block.candidate not in versions:
            continue  # the candidate is an older one, by a pin
        reached = block.newer[versions.index(block.candidate) :]
        fixes = any(source in security for _, sources in reached for source in sources)
        made.append(
            Outdated(block.name, block.installed, block.candidate, fixes, block.name in held)
        )
    return sorted(made, key=lambda one: one.name)


def _blocks(lines: Iterable[str]) -> Iterator[_Block]:
    block = _Block("")
    newer = True
    for line in lines:
        if (match := _PACKAGE.fullmatch(line)) is not None:
            yield block
            block, newer = _Block(match["name"]), True
        elif (match := _FIELD.fullmatch(line)) is not None:
            setattr(block, match["key"].lower(), match["value"])
        elif line.startswith(" *** "):
            newer = False  # the installed one, and what is older
        elif newer and (match := _VERSION.fullmatch(line)) is not None:
            block.newer.append((match["version"], []))
        elif newer and block.newer and (match := _SOURCE.fullmatch(line)) is not None:
            block.newer[-1][1].append(match["source"])
    yield block


# of an engine, its client and its plugins, and of what runs its containers, whoever made them
ENGINES = (
    "docker.io", "docker-engine", "docker-cli", "docker-ce", "docker-ce-cli",
    "docker-ce-rootless-extras", "docker-buildx", "docker-buildx-plugin", "docker-compose",
    "docker-compose-v2", "docker-compose-plugin", "docker-model-plugin", "docker-scan-plugin",
    "lxc-docker", "moby-engine", "moby-cli", "moby-buildx", "moby-compose", "moby-containerd",
    "moby-runc", "containerd", "containerd.io", "containerd-stable", "runc",
    "runc-app", "runc-stable", "containerd-app", "docker.io-app",
)  # fmt: skip


def is_engine(package: str) -> bool:
    """Whether a package, of whichever architecture, is a part of a Docker engine.

    Example:
        >>> is_engine("docker.io"), is_engine("containerd.io"), is_engine("docker-registry")
        (True, True, False)
    """
    return package.partition(":")[0] in ENGINES
