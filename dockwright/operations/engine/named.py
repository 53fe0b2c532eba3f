"""Whether a box's engine can name a registry: before Docker 25 none by an address of IPv6."""

from __future__ import annotations

import re
from collections.abc import Collection

from dockwright.errors import DockwrightError
from dockwright.facts.engine import EngineState
from dockwright.ways_out import WayOut, way_out

_READS_IPV6 = 25  # its references are those of distribution/reference, which has these addresses
_ENGINES = ("docker.io", "docker-ce")
# of a bare box: what its distribution will install
_OF_DISTRIBUTION = {("debian", "12"): "20.10"}


def check_named(box: str, engine: EngineState, registries: Collection[str]) -> None:
    """Refuse ``registries`` that no reference of the box's engine could name.

    An engine without a package, whose version nobody has said, is taken to be new enough.

    Raises:
        DockwrightError: one is at an address of IPv6, and the engine is too old for it.

    Example:
        >>> check_named("web1", EngineState("debian", "12"), ["192.0.2.1:5000"])
    """
    version = _version(engine)
    first = re.match(r"(?:\d+:)?(\d+)", version)
    if first is None or int(first[1]) >= _READS_IPV6:
        return
    for registry in registries:
        if registry.startswith("["):
            raise DockwrightError(
                f"box {box}: registry {registry}: Docker {version} reads no address of IPv6 in an "
                f"image's name; {way_out(WayOut.NAME_REGISTRY)}, or use an engine from "
                f"{_READS_IPV6} on"
            )


def _version(engine: EngineState) -> str:
    """Of the engine that is installed, or that its distribution has for it; else an empty text."""
    listed = [engine.packages[name] for name in _ENGINES if name in engine.packages]
    if listed or engine.dockerd is not None:
        return listed[0] if listed else ""
    return _OF_DISTRIBUTION.get((engine.distribution, engine.release), "")
