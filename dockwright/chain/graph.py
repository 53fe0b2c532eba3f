"""Which image is built after which: the order, and every way in which there is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from dockwright.chain.dockerfile import understand
from dockwright.chain.edges import Edges, World, edges
from dockwright.chain.instructions import Instruction, instructions
from dockwright.chain.recipe import (
    LABEL,
    NAME_LABEL,
    PARTS_LABEL,
    PLATFORM,
    PROXIES,
    Recipe,
    recipe,
)
from dockwright.chain.reference import parse, with_tag
from dockwright.chain.registry_name import registry_name
from dockwright.chain.source import Source
from dockwright.chain.taken import counted
from dockwright.errors import DockwrightError

__all__ = ["Image", "Source", "order"]

_UNDECLARED = PROXIES | {PLATFORM}


@dataclass(frozen=True)
class Image:
    """An image of the chain; ``wave`` counts from 0, and images of a wave can build together.

    ``base`` is the one among its parents that its last stage begins with; ``args`` are the build
    arguments to pass: those that its Dockerfile declares, proxies, and PLATFORM. ``names`` pairs
    what its Dockerfile writes with the parent that is meant; ``qualified`` are names with a
    registry by which children call it: the engine must have the image under them before they are
    built.
    """

    name: str
    path: str
    parents: tuple[str, ...]
    external_parents: tuple[str, ...]
    wave: int
    base: str | None
    recipe: Recipe
    tags: tuple[str, ...]
    leaf: bool
    args: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    names: tuple[tuple[str, str], ...] = ()
    qualified: tuple[str, ...] = ()

    @property
    def references(self) -> tuple[str, ...]:
        """Its names (``name:tag``) in the order they are set; latest is last: then all are there.

        What Dockerfiles of the chain call it by way of a registry is among them: FROM must find
        this one.
        """
        return (*self.qualified, *(f"{self.name}:{tag}" for tag in reversed(self.tags)))

    @property
    def beside(self) -> tuple[str, ...]:
        """The parents of the chain that it does not begin with: it copies from them."""
        return tuple(name for name in self.parents if name != self.base)

    def labels(self) -> dict[str, str]:
        """The labels by which a later plan knows what the image was built from, and as what."""
        return {
            LABEL: self.recipe.digest,
            PARTS_LABEL: self.recipe.parts,
            NAME_LABEL: self.name,
        }


def order(
    sources: Sequence[Source],
    *,
    externals: Collection[str] = ("debian:bookworm",),
    registries: Collection[str] = (),
    args: Mapping[str, str] | None = None,
) -> tuple[Image, ...]:
    """The images in build order: by wave, then by name.

    Args:
        sources: one for each image.
        externals: names of images that come from outside, such as the site's base, in any
            spelling. An unknown name in a registry of the site is one of others too: somebody
            has put it there.
        registries: ``host[:port][/path]`` whose images are the chain's own.
        args: build arguments, which win over ARG defaults.

    Raises:
        DockwrightError: a cycle, an unknown parent, a name given twice, an invalid name.

    Example:
        >>> [i.name for i in order([Source("b", "b", "FROM a"), Source("a", "a", "FROM scratch")])]
        ['a', 'b']
    """
    given = args or {}
    by_name: dict[str, Source] = {}
    for source in sources:
        if source.name in by_name:
            raise DockwrightError(
                f"{source.path}:1: image {source.name}: also {by_name[source.name].path}; "
                "rename one of the folders"
            )
        by_name[source.name] = source
    files = {name: understand(s.text, s.path, given) for name, s in by_name.items()}
    above = edges(
        files, World(by_name, frozenset(externals), [registry_name(text) for text in registries])
    )
    waves = _waves(by_name, above)
    qualified: dict[str, set[str]] = {name: set() for name in by_name}
    for edge in above.values():
        for written, parent in edge.names.items():
            if parse(written).domain is not None:
                qualified[parent].add(with_tag(written))
    recipes: dict[str, Recipe] = {}
    images = []
    for name in sorted(waves, key=lambda name: (waves[name], name)):
        source, edge = by_name[name], above[name]
        passed = {k: v for k, v in given.items() if k in edge.declared or k in _UNDECLARED}
        lines = [*instructions(source.text, source.path), *_triggered(edge, by_name)]
        recipes[name] = recipe(
            source.text,
            counted(source.context, lines),
            passed,
            {parent: recipes[parent].digest for parent in edge.own},
            tuple(edge.outside),
        )
        version = () if source.version is None else (source.version,)
        images.append(
            Image(
                name=name,
                path=source.path,
                parents=tuple(edge.own),
                external_parents=tuple(edge.outside),
                wave=waves[name],
                base=edge.base,
                recipe=recipes[name],
                tags=("latest", *version, recipes[name].tag),
                leaf=source.procfile is not None,
                args=tuple(sorted(passed.items())),
                warnings=files[name].warnings,
                names=tuple(edge.names.items()),
                qualified=tuple(sorted(qualified[name])),
            )
        )
    return tuple(images)


def _triggered(edge: Edges, sources: Mapping[str, Source]) -> list[Instruction]:
    """What ONBUILD lines of the images that it begins with add to its own."""
    above = [
        line for base in edge.bases for line in instructions(sources[base].text, sources[base].path)
    ]
    return [line.trigger for line in above if line.trigger is not None]


def _waves(sources: Mapping[str, Source], above: Mapping[str, Edges]) -> dict[str, int]:
    sorter = TopologicalSorter({name: list(edge.own) for name, edge in above.items()})
    waves: dict[str, int] = {}
    try:
        for name in sorter.static_order():
            waves[name] = 1 + max((waves[parent] for parent in above[name].own), default=-1)
    except CycleError as error:
        # graphlib names the cycle parent first; each image is shown with the line that closes it
        cycle = list(reversed(error.args[1]))
        steps = [
            f"{sources[child].path}:{above[child].own[parent].line}: {child} is built from {parent}"
            for child, parent in pairwise(cycle)
        ]
        raise DockwrightError(f"{'; '.join(steps)}: a cycle; take one of these away") from error
    return waves
