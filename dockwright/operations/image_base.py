"""The base image: pulled, or bootstrapped from the mirror where no hub is in reach."""

from __future__ import annotations

import re

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.errors import DockwrightError
from dockwright.facts.apt import AptArchives
from dockwright.facts.image import Images
from dockwright.operations.declare import Commands, fail, operation
from dockwright.site.apt_sources import KEYRING, AptEntry, debian_only, render_sources

_SUITE = re.compile(r"[a-z][a-z0-9-]*")
_PULL_SECONDS = 60
# mmdebstrap's tar goes to a file first: a half one never becomes an image
_BOOTSTRAP = """
set -e
folder=$(mktemp -d /var/tmp/dockwright-base.XXXXXX)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
printf '%s' "$2" >"$folder/base.sources"
mmdebstrap --quiet --variant=minbase "$3" "$folder/base.tar" "$folder/base.sources"
docker import --change 'CMD ["bash"]' --message "bootstrapped: $3" "$folder/base.tar" "$1"
"""


@operation()
def base(
    tag: str = "debian:bookworm",
    suite: str = "bookworm",
    source: str = "auto",
    mirror: str | None = None,
    security_mirror: str | None = None,
) -> Commands:
    """Have the image that a chain begins with.

    Args:
        tag: its name, ``name:tag``.
        suite: the release to bootstrap.
        source: ``pull``, ``bootstrap``, or ``auto``: pull, and bootstrap where that fails.
        mirror: URI to bootstrap from; by default where the box's own apt fetches from.
        security_mirror: URI of the security archive.

    Raises:
        OperationError: no mirror to bootstrap from, or pull or bootstrap failed.

    Example:
        >>> image.base("debian:bookworm", source="bootstrap")  # doctest: +SKIP
    """
    if source not in ("auto", "pull", "bootstrap"):
        raise DockwrightError(f"source {source!r}: use auto, pull or bootstrap")
    if not _SUITE.fullmatch(suite) or tag.startswith("-"):
        raise DockwrightError(f"base image {tag}, suite {suite}: no such names can be")
    if tag in host.get_fact(Images):
        host.noop(f"base image {tag} is there")
        return
    pull = StringCommand(f"timeout {_PULL_SECONDS} docker pull --quiet", QuoteString(tag))
    if source == "pull":
        yield pull
        return
    entries = _given(suite, mirror, security_mirror)
    if not entries:
        archives = host.get_fact(AptArchives)
        entries = debian_only(archives, suite)
    if not entries:
        yield fail(
            f"base image {tag}: box {host.name} has no mirror of Debian {suite} in its apt; "
            "name one: dockwright_mirror"
        )
        return
    bootstrap = StringCommand(
        "bash -c", QuoteString(_BOOTSTRAP), "bootstrap",
        QuoteString(tag), QuoteString(render_sources(entries)), QuoteString(suite),
    )  # fmt: skip
    host.log(f"base image {tag}: {source} ({suite}), about half a minute")
    yield StringCommand(pull, ">/dev/null 2>&1 ||", bootstrap) if source == "auto" else bootstrap


def _given(suite: str, mirror: str | None, security: str | None) -> list[AptEntry]:
    found = [] if mirror is None else [AptEntry(mirror, suite, ("main",), KEYRING)]
    if security is not None:
        found.append(AptEntry(security, f"{suite}-security", ("main",), KEYRING))
    return found
