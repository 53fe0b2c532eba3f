"""What an SBOM is asked for: the source packages inside, and the release that they are of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from dockwright.errors import DockwrightError, shown
from dockwright.sbom.document import BUILT_USING, IMAGE, SUITE, UNREAD

_HOW = "give one that `dockwright images sbom` printed"


@dataclass(frozen=True)
class Contents:
    """What is inside an image.

    ``image`` is its ID; ``distribution`` such as debian, ``suite`` such as bookworm, where it says
    so; ``unread`` why dpkg's word of its packages could not be read; ``sources`` the name and
    version of each source package that an installed package was built of; ``packages`` the number
    of all packages, ``debian`` that of dpkg's.
    """

    image: str | None
    distribution: str
    suite: str | None
    unread: str | None
    sources: tuple[tuple[str, str], ...]
    packages: int
    debian: int


def contents(text: bytes, where: str) -> Contents:
    """What an SBOM of Dockwright's says.

    Args:
        text: CycloneDX's JSON.
        where: where it came from, for the error.

    Raises:
        DockwrightError: it is none, or another program's.

    Example:
        >>> from dockwright.sbom.document import Described, document
        >>> contents(document({}, Described("sha256:1", None, "amd64")), "web").packages
        0
    """
    try:
        whole = json.loads(text)
        if whole["bomFormat"] != "CycloneDX":
            raise ValueError("bomFormat")
        metadata = whole["metadata"]
        said = _properties(metadata)
        components = [one for one in whole.get("components", []) if one["type"] == "library"]
        sources = tuple(dict.fromkeys(_sources(components)))
        inside = [one for one in components if not _is_source(one)]
        debian = sum(str(one["purl"]).startswith("pkg:deb/") for one in inside)
        distribution = str(metadata["component"]["name"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DockwrightError(
            f"{where}: no SBOM of Dockwright's ({shown(repr(error), 100)}); {_HOW}"
        ) from error
    if debian and not sources and IMAGE not in said:
        raise DockwrightError(
            f"{where}: an SBOM without source packages, of which Debian tells what is open; {_HOW}"
        )
    return Contents(
        image=said.get(IMAGE),
        distribution=distribution,
        suite=said.get(SUITE),
        unread=said.get(UNREAD),
        sources=sources,
        packages=len(inside),
        debian=debian,
    )


def _properties(part: dict[str, Any]) -> dict[str, str]:
    return {str(one["name"]): str(one["value"]) for one in part.get("properties", [])}


def _is_source(component: dict[str, Any]) -> bool:
    address, _, qualifiers = str(component["purl"]).partition("?")
    return address.startswith("pkg:deb/") and "arch=source" in unquote(qualifiers).split("&")


def _sources(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for one in components:
        if _is_source(one) and BUILT_USING not in _properties(one):
            yield str(one["name"]), str(one["version"])
