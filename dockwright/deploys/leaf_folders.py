"""Which image folders a site runs leaves from, and which image each of them runs.

A leaf runs its folder's own image, or, where the folder has only a Procfile, the image that this
names: one of the chain, or one of others. A site without an image folder `registry` has the one in
the package: its registry's box builds and runs that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dockwright.boot.group import named_image
from dockwright.chain.edges import World
from dockwright.chain.external import canonical, familiar, mirrored
from dockwright.chain.read import read, read_procfiles
from dockwright.chain.reference import parse
from dockwright.chain.registry_name import registry_name
from dockwright.chain.source import Source
from dockwright.errors import DockwrightError
from dockwright.registry import SHIPPED

REGISTRY_LEAF = "registry"  # runs on the registry host, from its own image


@dataclass(frozen=True)
class LeafImage:
    """What a leaf runs."""

    name: str  # in the site's registry
    version: str  # the tag
    runs: str | None = None  # as its Procfile names it, where it is not the folder's own image
    external: str | None = None  # the same as an engine lists it, where it is one of others

    @property
    def reference(self) -> str:
        """Its ``name:tag`` in the site's registry."""
        return f"{self.name}:{self.version}"


@dataclass(frozen=True)
class LeafFolders:
    """The image folders of a site as leaves see them, by name; the registry is always a leaf."""

    leaves: Mapping[str, Source]
    chain: Mapping[str, Source]

    def image(self, leaf: str, registries: Iterable[str]) -> LeafImage:
        """What ``leaf`` runs; see `leaf_image`.

        Example::

            leaf_folders("images").image("zenweb", []).reference  # 'zenweb:latest'
        """
        return leaf_image(self.leaves[leaf], self.chain, registries)


def registry_images(images: str) -> str:
    """The folder of image folders that the registry's image is built from.

    Args:
        images: the site's folder of image folders; it may be absent.

    Example:
        >>> registry_images("/nowhere").endswith("dockwright/registry/images")
        True
    """
    names = (f"{REGISTRY_LEAF}/Dockerfile", f"{REGISTRY_LEAF}.Dockerfile")
    own = any(any(Path(images).rglob(name)) for name in names)
    return images if own else str(SHIPPED)


def leaf_folders(images: str) -> LeafFolders:
    """Read a site's image folders.

    Raises:
        DockwrightError: no such folder, or one of its files can't be read.

    Example::

        leaf_folders("images").leaves["zenweb"].procfile
        # 'web: docker run -p 11001:11001 zenweb'
    """
    folder = Path(images)
    chain = {source.name: source for source in read(folder)}
    leaves = {name: source for name, source in chain.items() if source.procfile is not None}
    leaves |= {source.name: source for source in read_procfiles(folder)}
    if REGISTRY_LEAF not in leaves:
        leaves |= {source.name: source for source in read(SHIPPED)}
    return LeafFolders(leaves, chain)


def leaf_image(leaf: Source, sources: Mapping[str, Source], registries: Iterable[str]) -> LeafImage:
    """What ``leaf`` runs.

    Args:
        leaf: of `leaf_folders`.
        sources: the chain's images by name.
        registries: those of the site.

    Raises:
        DockwrightError: its Procfile does not parse, or names an image by a digest.

    Example:
        >>> leaf_image(Source("db", "db/Procfile", "", procfile="db: docker run postgres:16",
        ...     dockerfile=""), {}, []).reference
        'postgres:16'
    """
    if not leaf.only_runs:
        return LeafImage(leaf.name, "latest")
    runs = named_image(leaf.procfile or "", leaf.path)
    try:
        read_as = parse(runs)
        world = World(sources, (), [registry_name(text) for text in registries])
        inside = world.inside(read_as) if read_as.domain else read_as.path
        tag = canonical(runs).tag
        if inside is not None and tag is not None:
            named = sources.get(inside)
            if named is not None and tag in ("latest", named.version):
                return LeafImage(inside, tag, runs)
            if read_as.domain is not None:
                return LeafImage(inside, tag, runs)  # somebody has put it there
        name, _, version = mirrored(runs).rpartition(":")
    except DockwrightError as error:
        raise DockwrightError(f"{leaf.path}: {error}") from error
    return LeafImage(name, version, runs, familiar(runs))
