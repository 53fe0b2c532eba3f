"""Which image is built after which: the order, and every way in which there is none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from dockwright.chain.dockerfile import Parent, parents
from dockwright.chain.reference import parse
from dockwright.errors import DockwrightError


@dataclass(frozen=True)
class Source:
    """A Dockerfile as read: the image's name, its path as errors show it, its text."""

    name: str
    path: str
    text: str


@dataclass(frozen=True)
class Image:
    """An image of the chain; ``wave`` counts from 0, and images of a wave can build together."""

    name: str
    path: str
    parents: tuple[str, ...]
    external_parents: tuple[str, ...]
    wave: int


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
    own: dict[str, dict[str, Parent]] = {}
    outside: dict[str, list[str]] = {}
    for name, source in by_name.items():
        own[name], outside[name] = {}, []
        for parent in parents(source.text, source.path, args):
            inside = _own_name(parent, source, by_name, externals, registries)
            if inside is None:
                outside[name].append(parent.image)
            else:
                own[name].setdefault(inside, parent)
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
    return tuple(
        Image(name, by_name[name].path, tuple(own[name]), tuple(outside[name]), waves[name])
        for name in sorted(sorted_names, key=lambda name: (waves[name], name))
    )


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
