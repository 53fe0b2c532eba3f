"""Where an image comes from: which of the names in its Dockerfile are the chain's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from dockwright.chain.dockerfile import Dockerfile, Parent
from dockwright.chain.external import HUB, canonical, familiar, mirrored
from dockwright.chain.instructions import is_number
from dockwright.chain.reference import Reference, parse
from dockwright.chain.registry_name import RegistryName
from dockwright.chain.source import Source
from dockwright.errors import DockwrightError, shown


@dataclass(frozen=True)
class World:
    """What a name can mean: the chain's images, the site's images of others, its registries."""

    sources: Mapping[str, Source]
    externals: Collection[str]
    registries: Collection[RegistryName]

    def inside(self, reference: Reference) -> str | None:
        """The name of an image in one of the site's registries; None for one of another place."""
        names = [registry.image(reference) for registry in self.registries]
        # of two with one host, the one whose path is longer is meant
        return min((name for name in names if name is not None), key=len, default=None)

    def is_external(self, text: str) -> bool:
        """Whether the site says that it comes from outside, in this spelling or another one."""
        return canonical(text) in {canonical(name) for name in self.externals}

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
        if name is None or self.is_external(parent.image):
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
        ways = f"dockwright_externals, --external {shown(familiar(parent.image))}"
        if not qualified:
            whole = canonical(parent.image)
            ways += f", or FROM {whole.domain}/{whole.path}:{whole.tag}"
        raise DockwrightError(
            f"{where}: {shown(parent.image)}: no image folder of that name, and no image of "
            f"others that the site names; {meant} an image of others: {ways}"
        )

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


@dataclass
class Edges:
    """What one image comes from: ``own`` images with the line that names each, and others.

    ``names`` is, by what its Dockerfile writes, the chain's image that is meant. ``base`` is what
    its last stage begins with (None for scratch), ``bases`` what any of its stages does, as far
    as the chain's own; ``declared`` the build arguments it takes.
    """

    own: dict[str, Parent] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    outside: dict[str, None] = field(default_factory=dict)
    base: str | None = None
    bases: list[str] = field(default_factory=list)
    declared: frozenset[str] = frozenset()


def edges(files: Mapping[str, Dockerfile], world: World) -> dict[str, Edges]:
    """The edges of each image, those that a parent's ONBUILD lines bring among them.

    Args:
        files: the Dockerfiles, by image name.
        world: what the names in them mean.

    Raises:
        DockwrightError: an unknown parent.

    Example:
        >>> edges({}, World({}, [], []))
        {}
    """
    found = {}
    for name, file in files.items():
        found[name] = made = Edges(declared=file.declared)
        for parent in file.parents:
            inside = world.own(parent, world.sources[name].path)
            if inside is None:
                made.outside[parent.image] = None
            else:
                made.own.setdefault(inside, parent)
                made.names[parent.image] = inside
            if parent.image == file.base:
                made.base = inside or parent.image
            if parent.image in file.bases and inside is not None:
                made.bases.append(inside)
    for name, made in found.items():
        for above in made.bases:
            _add_triggers(made, files[name], above, files[above], world)
    return found


def _add_triggers(
    made: Edges, file: Dockerfile, above: str, triggering: Dockerfile, world: World
) -> None:
    """ONBUILD lines of ``above`` run in the child's build, where its stages have names."""
    made.declared |= triggering.triggered_args
    for trigger in triggering.triggers:
        if trigger.image.lower() in file.stages or is_number(trigger.image):
            continue
        inside = world.own(trigger, world.sources[above].path)
        if inside is None:
            made.outside[trigger.image] = None
        else:
            made.own.setdefault(inside, Parent(trigger.image, made.own[above].line))
            made.names[trigger.image] = inside
