"""Where an image comes from: which of the names in its Dockerfile are the chain's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dockwright.chain.dockerfile import Dockerfile, Parent
from dockwright.chain.instructions import is_number
from dockwright.chain.world import World
from dockwright.errors import DockwrightError

__all__ = ["Edges", "World", "add_triggers", "edges", "edges_of"]


@dataclass
class Edges:
    """What one image comes from: ``own`` images with the line that names each, and others.

    ``frontend`` is the image that reads its Dockerfile, where that one names it and it is one of
    others. ``unused`` are those of ``own`` that only stages name which nothing needs. ``names`` is,
    by what its Dockerfile writes, the chain's image that is meant. ``base`` is what its last
    stage begins with (None for scratch), ``bases`` what any of its stages does, as far
    as the chain's own; ``declared`` the build arguments it takes.
    """

    own: dict[str, Parent] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    outside: dict[str, Parent] = field(default_factory=dict)  # by what the Dockerfile writes
    frontend: Parent | None = None
    unused: set[str] = field(default_factory=set)
    base: str | None = None
    bases: list[str] = field(default_factory=list)
    declared: frozenset[str] = frozenset()
    # names that are taken for images of others, and that a folder of the tree has too
    warnings: list[str] = field(default_factory=list)

    def drop(self, parent: str) -> None:
        """Forget that it is built from ``parent``."""
        del self.own[parent]
        self.names = {text: name for text, name in self.names.items() if name != parent}


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
    edges_by_name = {name: edges_of(name, file, world) for name, file in files.items()}
    for name in edges_by_name:
        add_triggers(name, edges_by_name, files, world)
    return edges_by_name


def edges_of(name: str, file: Dockerfile, world: World, skips_unused: bool = True) -> Edges:
    """The edges of the image ``name``, without what ONBUILD lines of its parents add.

    Args:
        name: the image.
        file: its Dockerfile.
        world: what the names in it mean.
        skips_unused: whether the builder leaves out stages that the last one does not need.

    Raises:
        DockwrightError: an unknown parent.

    Example:
        >>> from dockwright.chain.dockerfile import understand
        >>> from dockwright.chain.source import Source
        >>> world = World({"a": Source("a", "a/Dockerfile", "")}, ["debian:bookworm"], [])
        >>> edges_of("a", understand("FROM debian:bookworm", "a/Dockerfile"), world).base
        'debian:bookworm'
    """
    made = Edges(declared=file.declared)
    path = world.sources[name].path
    for parent in file.parents:
        unused = parent.image in file.unused
        try:
            inside = world.own(parent, path)
        except DockwrightError:
            if not (unused and skips_unused):
                raise
            continue  # BuildKit does not look for it either
        if inside == name and world.names_by_prefix(parent):
            inside = None  # what it is built upon can't be itself
        if inside is None:
            made.outside[parent.image] = parent
            made.warnings += world.doubt(name, parent, path)
        else:
            if not unused:
                made.unused.discard(inside)
            elif inside not in made.own:
                made.unused.add(inside)
            made.own.setdefault(inside, parent)
            made.names[parent.image] = inside
        if parent.image == file.base:
            made.base = inside or parent.image
        if parent.image in file.bases and inside is not None:
            made.bases.append(inside)
    if file.frontend is not None:
        inside = world.frontend(file.frontend, path)
        if inside is None:
            made.frontend = file.frontend
        else:
            made.own.setdefault(inside, file.frontend)
            made.names[file.frontend.image] = inside
    return made


def add_triggers(
    name: str, edges_by_name: Mapping[str, Edges], files: Mapping[str, Dockerfile], world: World
) -> None:
    """What ONBUILD lines of the images that ``name`` begins with add to its ``edges_by_name``.

    Raises:
        DockwrightError: an unknown parent.

    Example:
        >>> add_triggers("a", {"a": Edges()}, {}, World({}, [], []))
    """
    for above in edges_by_name[name].bases:
        if above in files:
            _add_triggers(edges_by_name[name], files[name], above, files[above], world)


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
            made.outside[trigger.image] = Parent(trigger.image, made.own[above].line)
        else:
            made.own.setdefault(inside, Parent(trigger.image, made.own[above].line))
            made.names[trigger.image] = inside
