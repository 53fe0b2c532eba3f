"""What a name in a Dockerfile means: an image of the chain, or one of others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from dockwright.chain.dockerfile import Parent
from dockwright.chain.external import HUB, OFFICIAL, canonical, familiar, mirrored
from dockwright.chain.own import Prefix
from dockwright.chain.reference import Reference, parse
from dockwright.chain.registry_name import RegistryName
from dockwright.chain.source import Source
from dockwright.errors import DockwrightError, shown
from dockwright.ways_out import WayOut, way_out


@dataclass(frozen=True)
class World:
    """What a name can mean: the chain's images, the site's images of others, its registries.

    ``own_prefixes`` are registries and owners under which the tree calls its own images.
    """

    sources: Mapping[str, Source]
    externals: Collection[str]
    registries: Collection[RegistryName]
    own_prefixes: Collection[Prefix] = ()

    def inside(self, reference: Reference) -> str | None:
        """The name of an image in one of the site's registries; None for one of another place."""
        names = [registry.image(reference) for registry in self.registries]
        # of two with one host, the one whose path is longer is meant
        return min((name for name in names if name is not None), key=len, default=None)

    def below(self, reference: Reference) -> str | None:
        """The chain's image that ``reference`` names below a prefix of the tree's own.

        A tag that the folder does not declare is of a build that is not this tree's.
        """
        for prefix in self.own_prefixes:
            name = prefix.image(reference)
            known = self.sources.get(name or "")
            if known is not None and reference.tag in (None, "latest", known.version):
                return name
        return None

    def names_by_prefix(self, parent: Parent) -> bool:
        """Whether ``parent`` is written with a prefix of the tree's own."""
        reference = parse(parent.image)
        return "/" in str(reference) and self.inside(reference) is None

    def is_external(self, text: str) -> bool:
        """Whether the site says that it comes from outside, in this spelling or another one."""
        return canonical(text) in self._external

    @cached_property
    def _external(self) -> frozenset[Reference]:
        return frozenset(map(canonical, self.externals))

    def is_mirrored(self, name: str, tag: str | None) -> bool:
        """Whether a registry of the site has an image of others under that name."""
        return f"{name}:{tag or 'latest'}" in {
            mirrored(text) for text in self.externals if canonical(text).digest is None
        }

    def own(self, parent: Parent, path: str) -> str | None:
        """The chain's image that ``parent`` names, or None for one from outside.

        Args:
            parent: the name and its line.
            path: the Dockerfile's, for errors.

        Raises:
            DockwrightError: no reference, or neither the chain's nor one of others.

        Example:
            >>> World({}, ["debian:bookworm"], []).own(Parent("debian:bookworm", 1), "Dockerfile")
        """
        where = f"{path}:{parent.line}"
        try:
            reference = parse(parent.image)
        except DockwrightError as error:
            raise DockwrightError(f"{where}: {error}") from error
        if reference.digest is not None:
            return None
        qualified = reference.domain is not None
        name = self.inside(reference) if qualified else reference.path
        if self.is_external(parent.image):
            self._check_free(reference, where)
            return None
        if (below := self.below(reference)) is not None:
            return below
        if any(prefix.image(reference) for prefix in self.own_prefixes):
            return None  # of the same owner, and not of this tree
        if name is None:
            self._check_free(reference, where)
            return None
        named = self.sources.get(name)
        if named is not None and reference.tag in (None, "latest", named.version):
            return name
        close = get_close_matches(name, sorted(self.sources), 1)
        # what a registry of the site has besides the chain's own was put there by somebody
        if qualified and (self.is_mirrored(name, reference.tag) or not close):
            return None
        meant = f"did you mean {close[0]}? For" if close else "make its folder; or, for"
        ways = way_out(WayOut.IMAGE_OF_OTHERS, image=shown(familiar(parent.image)))
        if not qualified:
            whole = canonical(parent.image)
            ways += f", or FROM {whole.domain}/{whole.path}:{whole.tag}"
        raise DockwrightError(
            f"{where}: {shown(parent.image)}: no image folder of that name, and no image of "
            f"others that the site names; {meant} an image of others: {ways}"
        )

    def doubt(self, image: str, parent: Parent, path: str) -> list[str]:
        """A warning where ``image`` takes from outside what is called as a folder of the tree."""
        whole = canonical(parent.image)
        folder, _, name = whole.path.rpartition("/")
        official = whole.domain == HUB and folder in ("", OFFICIAL.rstrip("/"))
        known = self.sources.get(name)
        if official or whole.digest or known is None or name == image:
            return []
        if self.is_external(parent.image):
            return []
        if whole.tag not in ("latest", known.version):
            why = f"{name} has no tag {whole.tag} here; write it into {name}/VERSION to build on it"
        else:
            above = folder if whole.domain == HUB else f"{whole.domain}/{folder}".rstrip("/")
            own = way_out(WayOut.OWN_PREFIX, prefix=above)
            why = f"{own} says that it is the tree's own {name}"
        return [f"{path}:{parent.line}: {shown(parent.image)}: taken for an image of others; {why}"]

    def frontend(self, parent: Parent, path: str) -> str | None:
        """The chain's image that reads a Dockerfile, or None for one of others; no name is wrong.

        Raises:
            DockwrightError: no reference.

        Example:
            >>> World({}, [], []).frontend(Parent("docker/dockerfile:1", 1), "web/Dockerfile")
        """
        try:
            reference = parse(parent.image)
        except DockwrightError as error:
            raise DockwrightError(f"{path}:{parent.line}: {error}") from error
        if reference.digest is not None or self.is_external(parent.image):
            return None
        name = self.inside(reference) if reference.domain is not None else reference.path
        named = self.sources.get(name or "")
        if named is not None and reference.tag in (None, "latest", named.version):
            return name
        return self.below(reference)

    def _check_free(self, reference: Reference, where: str) -> None:
        """An engine has one image under a name: two of the hub's and the chain's would be one."""
        if canonical(str(reference)).domain != HUB:
            return
        name, _, tag = familiar(str(reference)).rpartition(":")
        named = self.sources.get(name)
        if named is not None and tag in ("latest", named.version):
            raise DockwrightError(
                f"{where}: {reference}: an engine calls the chain's own image {name} so too; "
                f"rename {named.path.rpartition('/')[0]}, or name another tag"
            )
