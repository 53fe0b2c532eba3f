"""Where an image comes from: which of the names in its Dockerfile are the chain's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from dockwright.chain.dockerfile import Dockerfile, Parent
from dockwright.chain.instructions import is_number
from dockwright.chain.reference import parse
from dockwright.chain.registry_name import RegistryName
from dockwright.chain.source import Source
from dockwright.errors import DockwrightError, shown


@dataclass(frozen=True)
class World:
    """What a name can mean: the chain's images, the site's bases, and its registries."""

    sources: Mapping[str, Source]
    externals: Collection[str]
    registries: Collection[RegistryName]

    def own(self, parent: Parent, path: str) -> str | None:
        """The chain's image that ``parent`` names, or None for one from outside.

        Args:
            parent: the name and its line.
            path: the Dockerfile's, for errors.

        Raises:
            DockwrightError: no reference, or neither the chain's nor a base of the site.

        Example:
            >>> World({}, ["debian:bookworm"], []).own(Parent("debian:bookworm", 1), "Dockerfile")
        """
        where = f"{path}:{parent.line}"
        try:
            reference = parse(parent.image)
        except DockwrightError as error:
            raise DockwrightError(f"{where}: {error}") from error
        if parent.image in self.externals or reference.digest is not None:
            return None
        name: str | None = reference.path
        if reference.domain is not None:
            inside = (registry.image(reference) for registry in self.registries)
            name = next((found for found in inside if found is not None), None)
        if name is None:
            return None
        named = self.sources.get(name)
        if named is not None and reference.tag in (None, "latest", named.version):
            return name
        close = get_close_matches(name, sorted(self.sources), 1)
        hint = f"did you mean {close[0]}?" if close else "make its folder, or name it as a base"
        raise DockwrightError(
            f"{where}: {shown(parent.image)}: no image folder of that name and not the "
            f"site's base; {hint}"
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
