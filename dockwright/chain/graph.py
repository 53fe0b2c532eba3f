"""Which image is built after which: all of a tree in order, or an error."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from dockwright.chain.arrange import arrange
from dockwright.chain.dialect import NEWEST, Dialect
from dockwright.chain.image import Image
from dockwright.chain.source import Source
from dockwright.errors import DockwrightError

__all__ = ["Image", "Source", "order"]


def order(
    sources: Sequence[Source],
    *,
    externals: Collection[str] = ("debian:bookworm",),
    registries: Collection[str] = (),
    own: Collection[str] = (),
    args: Mapping[str, str] | None = None,
    dialect: Dialect = NEWEST,
) -> tuple[Image, ...]:
    """The images in build order: by wave, then by name.

    Args:
        sources: one for each image.
        externals: names of images that come from outside, such as the site's base, in any
            spelling. An unknown name in a registry of the site is one of others too: somebody
            has put it there.
        registries: ``host[:port][/path]`` whose images are the chain's own.
        own: ``[host[:port]/]owner`` under which the tree calls its own images, besides those
            that it shows by itself.
        args: build arguments, which win over ARG defaults.
        dialect: of the builder.

    Raises:
        DockwrightError: a cycle, an unknown parent, a name given twice, an invalid name.

    Example:
        >>> [i.name for i in order([Source("b", "b", "FROM a"), Source("a", "a", "FROM scratch")])]
        ['a', 'b']
    """
    made = arrange(
        sources, externals=externals, registries=registries, own=own, args=args, dialect=dialect
    )
    if made.refused:
        raise DockwrightError(made.refused[0].error)
    return made.images
