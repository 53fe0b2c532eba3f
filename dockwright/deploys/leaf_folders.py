"""Which image folders a site runs leaves from, and which image each of them runs.

A leaf runs its folder's own image, or, where the folder has only a Procfile, the image that this
names: one of the chain, or one of others. A site without an image folder `registry` has the one in
the package: its registry's box builds and runs that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dockwright.boot.group import named_image
from dockwright.boot.moved import Moved, check_moved
from dockwright.chain.edges import World
from dockwright.chain.external import canonical, familiar, mirrored
from dockwright.chain.own import prefix
from dockwright.chain.read import read, read_procfiles
from dockwright.chain.reference import parse, tag_of
from dockwright.chain.registry_name import registry_name
from dockwright.chain.source import Source
from dockwright.errors import DockwrightError, SiteError
from dockwright.registry import SHIPPED
from dockwright.site.leaf_run import Run

REGISTRY_LEAF = "registry"  # runs on the registry host, from its own image
_SERVER = ("registry-server", "registry-collect")


@dataclass(frozen=True)
class LeafImage:
    """What a leaf runs."""

    name: str  # in the site's registry
    version: str  # the tag, or a digest
    runs: str | None = None  # as its Procfile names it, where it is not the folder's own image
    external: str | None = None  # the same as an engine lists it, where it is one of others

    @property
    def reference(self) -> str:
        """Its ``name:tag`` on a box; the tag of a digest is its own."""
        return f"{self.name}:{tag_of(self.version)}"

    @property
    def in_registry(self) -> str:
        """Its ``name:tag`` in the site's registry, or ``name@digest``."""
        return f"{self.name}{'@' if self.version.startswith('sha256:') else ':'}{self.version}"


@dataclass(frozen=True)
class LeafFolders:
    """The image folders of a site as leaves see them, by name; the registry is always a leaf."""

    leaves: Mapping[str, Source]
    chain: Mapping[str, Source]  # all that are built, the leaves among them
    runs: Mapping[str, Run] = field(default_factory=dict)  # leaves that run another one's image
    own: tuple[str, ...] = ()  # prefixes of the tree's own images

    def with_runs(self, runs: Mapping[str, Run]) -> LeafFolders:
        """The same with further leaves, each of which runs another one's image and Procfile.

        Args:
            runs: by name.

        Raises:
            DockwrightError: a name that a folder has, a leaf that there is not, or ports and data
                that its Procfile has not.

        Example::

            leaf_folders("images").with_runs({"web-old": Run(leaf="web", version="1.2")})
        """
        leaves = dict(self.leaves)
        for name, run in runs.items():
            where = f"dockwright_runs: {name}"
            if name in self.leaves or name in self.chain:
                raise DockwrightError(f"{where}: an image folder is called so; give another name")
            if run.leaf not in self.leaves or run.leaf == REGISTRY_LEAF:
                known = ", ".join(leaf for leaf in self.leaves if leaf != REGISTRY_LEAF)
                raise DockwrightError(f"{where}: leaf {run.leaf}: no such leaf; leaves: {known}")
            source = self.leaves[run.leaf]
            procfile = str(Path(source.path).with_name("Procfile"))
            try:
                check_moved(moved_by(run), source.procfile or "", procfile)
            except DockwrightError as error:
                raise DockwrightError(f"{where}: {error}") from error
            leaves[name] = replace(source, name=name)
        return LeafFolders(leaves, self.chain, runs, self.own)

    def image(self, leaf: str, registries: Iterable[str]) -> LeafImage:
        """What ``leaf`` runs; see `leaf_image`.

        Example::

            leaf_folders("images").image("zenweb", []).reference  # 'zenweb:latest'
        """
        run = self.runs.get(leaf)
        if run is None:
            return leaf_image(self.leaves[leaf], self.chain, registries, self.own)
        of = self.leaves[run.leaf]
        its = leaf_image(of, self.chain, registries, self.own)
        runs = its.runs or named_image(of.procfile or "", of.path)
        if run.version is None:
            return replace(its, runs=runs)
        # of others, a tag that is to be in the registry too; a digest is there already
        external = None
        if its.external is not None and not run.version.startswith("sha256:"):
            external = f"{its.external.rpartition(':')[0]}:{run.version}"
        return LeafImage(its.name, run.version, runs, external)

    def moved(self, leaf: str) -> Moved | None:
        """The ports and data that ``leaf`` has in place of its Procfile's, where it has others.

        Example::

            leaf_folders("images").moved("zenweb")  # None
        """
        return moved_by(self.runs[leaf]) if leaf in self.runs else None


def moved_by(run: Run) -> Moved:
    """The ports and data that ``run`` has in place of its Procfile's.

    Example:
        >>> moved_by(Run(leaf="web", ports={8000: 8001})).ports
        {8000: 8001}
    """
    return Moved(run.ports, run.data)


def registry_images(images: str) -> str:
    """The folder of image folders that the registry's image is built from.

    Args:
        images: the site's folder of image folders; it may be absent.

    Raises:
        SiteError: one of the site's own that does not start what both logins need.

    Example:
        >>> registry_images("/nowhere").endswith("dockwright/registry/images")
        True
    """
    names = (f"{REGISTRY_LEAF}/Dockerfile", f"{REGISTRY_LEAF}.Dockerfile")
    own = [path for name in names for path in sorted(Path(images).rglob(name))]
    for path in own:
        # else nobody would be let in who only reads, and nobody who pushes
        text = path.read_text(errors="replace")
        lacking = [one for one in _SERVER if one not in text]
        if lacking:
            raise SiteError(
                f"{path}: starts no {lacking[0]}, which lets in who reads and who writes; take the "
                f"registry's image as Dockwright ships it: remove the folder, or copy {SHIPPED}"
            )
    return images if own else str(SHIPPED)


def leaf_folders(images: str, own: Iterable[str] = ()) -> LeafFolders:
    """Read a site's image folders.

    Args:
        images: the folder that they are in.
        own: prefixes of the tree's own images, as `dockwright.chain.graph.order` takes them.

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
    return LeafFolders(leaves, chain, own=tuple(own))


def leaf_image(
    leaf: Source,
    sources: Mapping[str, Source],
    registries: Iterable[str],
    own: Iterable[str] = (),
) -> LeafImage:
    """What ``leaf`` runs.

    Args:
        leaf: of `leaf_folders`.
        sources: the chain's images by name.
        registries: those of the site.
        own: prefixes of the tree's own images.

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
        prefixes = [prefix(text) for text in own]
        world = World(sources, (), [registry_name(text) for text in registries], prefixes)
        tag = canonical(runs).tag
        if tag is not None and (below := world.below(read_as)) is not None:
            return LeafImage(below, tag, runs)
        inside = world.inside(read_as) if read_as.domain else read_as.path
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
