"""Which image is built after which: the order, and every way in which there is none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from dockwright.chain.context import Entry
from dockwright.chain.dockerfile import Dockerfile, Parent, understand
from dockwright.chain.recipe import LABEL, PARTS_LABEL, PROXIES, Recipe, recipe
from dockwright.chain.reference import parse
from dockwright.errors import DockwrightError


@dataclass(frozen=True)
class Source:
    """An image's folder as read.

    ``path`` is the Dockerfile's, as errors show it, ``dockerfile`` its name in the context;
    ``context`` is what `.dockerignore` leaves; a ``procfile`` makes the image a leaf; ``version``
    is a tag its folder declares.
    """

    name: str
    path: str
    text: str
    context: tuple[Entry, ...] = ()
    procfile: str | None = None
    version: str | None = None
    dockerfile: str = "Dockerfile"


@dataclass(frozen=True)
class Image:
    """An image of the chain; ``wave`` counts from 0, and images of a wave can build together.

    ``base`` is the one among its parents that its last stage begins with; ``args`` are the build
    arguments to pass: those that its Dockerfile declares, and proxies.
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

    def labels(self) -> dict[str, str]:
        """The labels by which a later plan knows what the image was built from."""
        return {LABEL: self.recipe.digest, PARTS_LABEL: self.recipe.parts}


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
        externals: names of images that come from outside, such as the site's base.
        registries: domains (``host:port``) whose images are the chain's own.
        args: build arguments, which win over ARG defaults.

    Raises:
        DockwrightError: a cycle, an unknown parent, a name given twice, an invalid name.

    Example:
        >>> [i.name for i in order([Source("b", "b", "FROM a"), Source("a", "a", "FROM scratch")])]
        ['a', 'b']
    """
    by_name: dict[str, Source] = {}
    for source in sources:
        if source.name in by_name:
            raise DockwrightError(
                f"{source.path}: image {source.name}: also {by_name[source.name].path}; "
                "rename one of the folders"
            )
        by_name[source.name] = source
    files = {name: understand(s.text, s.path, args) for name, s in by_name.items()}
    own: dict[str, dict[str, Parent]] = {}
    outside: dict[str, list[str]] = {}
    bases: dict[str, str | None] = {}
    for name, source in by_name.items():
        own[name], outside[name], bases[name] = {}, [], None
        for parent in files[name].parents:
            inside = _own_name(parent, source, by_name, externals, registries)
            if inside is None:
                outside[name].append(parent.image)
            else:
                own[name].setdefault(inside, parent)
            if parent.image == files[name].base:
                bases[name] = inside or parent.image
    _add_triggers(by_name, files, own, bases, externals, registries)
    sorter = TopologicalSorter({name: list(above) for name, above in own.items()})
    try:
        sorted_names = list(sorter.static_order())
    except CycleError as error:
        # graphlib names the cycle parent first; each image is shown with the line that closes it
        cycle = list(reversed(error.args[1]))
        steps = [
            f"{by_name[child].path}:{own[child][above].line}: {child} is built from {above}"
            for child, above in pairwise(cycle)
        ]
        raise DockwrightError(f"{'; '.join(steps)}: a cycle; take one of these away") from error
    waves: dict[str, int] = {}
    for name in sorted_names:
        waves[name] = 1 + max((waves[above] for above in own[name]), default=-1)
    recipes: dict[str, Recipe] = {}
    images = []
    for name in sorted(sorted_names, key=lambda name: (waves[name], name)):
        source, file = by_name[name], files[name]
        passed = {k: v for k, v in (args or {}).items() if k in file.declared or k in PROXIES}
        recipes[name] = recipe(
            source.text,
            source.context,
            passed,
            {above: recipes[above].digest for above in own[name]},
            outside[name],
        )
        version = () if source.version is None else (source.version,)
        images.append(
            Image(
                name=name,
                path=source.path,
                parents=tuple(own[name]),
                external_parents=tuple(outside[name]),
                wave=waves[name],
                base=bases[name],
                recipe=recipes[name],
                tags=("latest", *version, recipes[name].tag),
                leaf=source.procfile is not None,
                args=tuple(sorted(passed.items())),
                warnings=file.warnings,
            )
        )
    return tuple(images)


def _add_triggers(
    sources: Mapping[str, Source],
    files: Mapping[str, Dockerfile],
    own: Mapping[str, dict[str, Parent]],
    bases: Mapping[str, str | None],
    externals: Collection[str],
    registries: Collection[str],
) -> None:
    """ONBUILD lines run in the child's build: what they copy from is built before the child."""
    for name in sources:
        base = bases[name]
        if base is None or base not in files:
            continue
        above = sources[base]
        for trigger in files[base].triggers:
            inside = _own_name(trigger, above, sources, externals, registries)
            if inside is not None and inside != name:
                own[name].setdefault(inside, own[name][base])


def _own_name(
    parent: Parent,
    source: Source,
    names: Collection[str],
    externals: Collection[str],
    registries: Collection[str],
) -> str | None:
    where = f"{source.path}:{parent.line}"
    try:
        reference = parse(parent.image)
    except DockwrightError as error:
        raise DockwrightError(f"{where}: {error}") from error
    if parent.image in externals:
        return None
    if reference.domain is not None and reference.domain not in registries:
        return None
    if reference.digest is not None:
        return None
    if reference.path in names and reference.tag in (None, "latest"):
        return reference.path
    close = get_close_matches(reference.path, sorted(names), 1)
    hint = f"did you mean {close[0]}?" if close else "make its folder, or name it as a base"
    raise DockwrightError(
        f"{where}: {parent.image}: no image folder of that name and not the site's base; {hint}"
    )
