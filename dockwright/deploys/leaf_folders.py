"""Which image folders a site runs leaves from: its own, and the registry's that we ship.

A site without an image folder `registry` has the one in the package: its registry's box builds
and runs that.
"""

from __future__ import annotations

from pathlib import Path

from dockwright.chain.read import read
from dockwright.chain.source import Source
from dockwright.registry import SHIPPED

REGISTRY_LEAF = "registry"  # runs on the registry host, from its own image


def registry_images(images: str) -> str:
    """The folder of image folders that the registry's image is built from.

    Args:
        images: the site's folder of image folders; it may be absent.

    Example:
        >>> registry_images("/nowhere").endswith("dockwright/registry/images")
        True
    """
    own = Path(images).is_dir() and any(
        source.name == REGISTRY_LEAF for source in read(Path(images))
    )
    return images if own else str(SHIPPED)


def leaf_sources(images: str) -> dict[str, Source]:
    """The leaves of a site by name, the registry always among them.

    Raises:
        DockwrightError: no such folder, or one of its files can't be read.

    Example:
        >>> leaf_sources("images")["zenweb"].procfile  # doctest: +SKIP
        'web: docker run -p 11001:11001 zenweb'
    """
    own = {source.name: source for source in read(Path(images)) if source.procfile is not None}
    if REGISTRY_LEAF not in own:
        own |= {source.name: source for source in read(SHIPPED)}
    return own
