"""A tree in build order as far as it has one: an image in error leaves the others their places."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from dockwright.chain.dialect import NEWEST, Dialect
from dockwright.chain.dockerfile import Dockerfile, understand
from dockwright.chain.edges import Edges, add_triggers, edges_of
from dockwright.chain.image import Image
from dockwright.chain.instructions import Instruction, instructions
from dockwright.chain.own import Prefix, find, prefix
from dockwright.chain.recipe import PLATFORM, PROXIES, Recipe, recipe
from dockwright.chain.reference import parse, with_tag
from dockwright.chain.registry_name import registry_name
from dockwright.chain.schedule import descendants
from dockwright.chain.source import Refusal, Source
from dockwright.chain.taken import counted
from dockwright.chain.world import World
from dockwright.errors import DockwrightError

_UNDECLARED = PROXIES | {PLATFORM}


@dataclass(frozen=True)
class Arranged:
    """What can be built of a tree, and what can't.

    ``images`` are by wave, then by name; ``refused`` are those in error; ``behind`` has those that
    can't be built without one of these, with that one. ``own`` are the prefixes under which the
    tree calls its own images; ``hangs_on`` has words of `dockwright.chain.dialect` for what
    another builder may read in another way.
    """

    images: tuple[Image, ...]
    refused: tuple[Refusal, ...] = ()
    behind: Mapping[str, str] = field(default_factory=dict)
    own: tuple[Prefix, ...] = ()
    hangs_on: frozenset[str] = frozenset()


def arrange(
    sources: Iterable[Source],
    *,
    externals: Collection[str] = ("debian:bookworm",),
    registries: Collection[str] = (),
    own: Collection[str] = (),
    args: Mapping[str, str] | None = None,
    dialect: Dialect = NEWEST,
    refused: Iterable[Refusal] = (),
) -> Arranged:
    """The images in build order, and why the rest has no place in it.

    Args:
        sources, externals, registries, own, args, dialect: as for `dockwright.chain.graph.order`.
        refused: images that could not even be read.

    Raises:
        DockwrightError: no registry, or no owner.

    Example:
        >>> arrange([Source("b", "b", "FRMO a"), Source("a", "a", "FROM scratch")]).refused[0].image
        'b'
    """
    tree = _Tree(args or {}, dialect, list(refused))
    tree.take(sources)
    named = {one.image: Source(one.image, one.path, "") for one in tree.refused if one.image}
    known = {**named, **tree.sources}
    prefixes = [prefix(text) for text in own]
    registered = [registry_name(text) for text in registries]
    places = [Prefix(str(one), one.domain, one.path) for one in registered]
    prefixes += find(tree.files, known, externals, [*prefixes, *places])
    tree.connect(World(known, frozenset(externals), registered, prefixes))
    waves = tree.waves()
    behind = descendants({name: list(edge.own) for name, edge in tree.above.items()}, tree.bad())
    waves = {name: wave for name, wave in waves.items() if name not in behind}
    return Arranged(
        images=tuple(tree.images(waves)),
        refused=tuple(tree.refused),
        behind=behind,
        own=tuple(prefixes),
        hangs_on=frozenset().union(
            *(file.hangs_on for file in tree.files.values()),
            *(source.hangs_on for source in tree.sources.values()),
        ),
    )


class _Tree:
    """What is known of a tree, step by step; what is refused at one has no part in the next."""

    def __init__(self, args: Mapping[str, str], dialect: Dialect, refused: list[Refusal]) -> None:
        self.args, self.dialect, self.refused = args, dialect, refused
        self.sources: dict[str, Source] = {}
        self.files: dict[str, Dockerfile] = {}
        self.above: dict[str, Edges] = {}

    def bad(self) -> set[str]:
        return {one.image for one in self.refused}

    @contextmanager
    def attempt(self, name: str) -> Iterator[None]:
        try:
            yield
        except DockwrightError as error:
            path = self.sources[name].path
            self.refused.append(Refusal(name, str(error), path))
            self.above.pop(name, None)

    def take(self, sources: Iterable[Source]) -> None:
        for source in sources:
            former = self.sources.setdefault(source.name, source)
            if former is not source:
                with self.attempt(source.name):
                    raise DockwrightError(
                        f"{source.path}:1: image {source.name}: also {former.path}; "
                        "rename one of the folders, or write another name into a file NAME in it"
                    )
        for name, source in self.sources.items():
            if name not in self.bad():
                with self.attempt(name):
                    file = understand(source.text, source.path, self.args, self.dialect)
                    for entry in source.context:
                        _ = entry.digest  # now: a file that can't be read refuses its own image
                    self.files[name] = file

    def connect(self, world: World) -> None:
        for name, file in self.files.items():
            with self.attempt(name):
                self.above[name] = edges_of(name, file, world, self.dialect.buildkit)
        for name in list(self.above):
            with self.attempt(name):
                add_triggers(name, self.above, self.files, world)

    def waves(self) -> dict[str, int]:
        """The wave of each image; a cycle is broken where it is by a stage that nothing needs."""
        while True:
            own = {name: [up for up in e.own if up in self.above] for name, e in self.above.items()}
            waves: dict[str, int] = {}
            try:
                for name in TopologicalSorter(own).static_order():
                    waves[name] = 1 + max((waves[parent] for parent in own[name]), default=-1)
            except CycleError as error:
                # graphlib names the cycle parent first
                self.break_up(list(reversed(error.args[1])))
                continue
            return waves

    def break_up(self, cycle: list[str]) -> None:
        steps = list(pairwise(cycle))
        for child, parent in steps:
            if parent in self.above[child].unused and self.dialect.buildkit:
                self.above[child].drop(parent)
                return
        # each image is shown with the line that closes it
        links = [
            f"{self.sources[child].path}:{self.above[child].own[parent].line}: {child} is built "
            f"from {parent}"
            for child, parent in steps
        ]
        why = f"{'; '.join(links)}: a cycle; take one of these away"
        if any(parent in self.above[child].unused for child, parent in steps):
            why += f", or build with BuildKit: {self.dialect} builds stages that nothing needs"
        for child in dict.fromkeys(cycle):
            with self.attempt(child):
                raise DockwrightError(why)

    def images(self, waves: Mapping[str, int]) -> Iterator[Image]:
        qualified = self.qualified()
        recipes: dict[str, Recipe] = {}
        for name in sorted(waves, key=lambda name: (waves[name], name)):
            source, edge, file = self.sources[name], self.above[name], self.files[name]
            passed = {
                key: value
                for key, value in self.args.items()
                if key in edge.declared or key in _UNDECLARED
            }
            lines = [*instructions(source.text, source.path), *self.triggered(edge)]
            recipes[name] = recipe(
                source.text,
                counted(source.context, lines),
                passed,
                {parent: recipes[parent].digest for parent in edge.own},
                tuple(edge.outside),
            )
            version = () if source.version is None else (source.version,)
            readers = [] if edge.frontend is None else [edge.frontend]
            outside = {one.image: one for one in (*edge.outside.values(), *readers)}
            yield Image(
                name=name,
                path=source.path,
                parents=tuple(edge.own),
                external_parents=tuple(outside),
                wave=waves[name],
                base=edge.base,
                recipe=recipes[name],
                tags=("latest", *version, recipes[name].tag),
                leaf=source.procfile is not None,
                args=tuple(sorted(passed.items())),
                warnings=(*file.warnings, *edge.warnings),
                names=tuple(edge.names.items()),
                qualified=tuple(sorted(qualified[name])),
                outside=tuple(outside.values()),
                frontend=None if edge.frontend is None else edge.frontend.image,
            )

    def qualified(self) -> dict[str, set[str]]:
        """What Dockerfiles call each image besides its own name."""
        names: dict[str, set[str]] = {name: set() for name in self.sources}
        for edge in self.above.values():
            for written, parent in edge.names.items():
                reference = parse(written)
                if reference.domain is not None or reference.path != parent:
                    names.setdefault(parent, set()).add(with_tag(written))
        return names

    def triggered(self, edge: Edges) -> list[Instruction]:
        """What ONBUILD lines of the images that it begins with add to its own."""
        lines = [
            line
            for base in edge.bases
            for line in instructions(self.sources[base].text, self.sources[base].path)
        ]
        return [line.trigger for line in lines if line.trigger is not None]
