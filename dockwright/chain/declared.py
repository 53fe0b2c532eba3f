"""A chain as it is declared: folder, arguments and what names mean, read once and handed on.

`image.chain` and `image.push` take one, as commands do; from a mere path they make one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dockwright.chain.arrange import Arranged, arrange
from dockwright.chain.dialect import NEWEST, Dialect
from dockwright.chain.image import Image
from dockwright.chain.plan import ancestry
from dockwright.chain.read import survey
from dockwright.chain.recipe import PLATFORM
from dockwright.chain.source import Refusal, Source
from dockwright.errors import DockwrightError

# What `survey` gives of a folder
Surveyed = tuple[tuple[Source, ...], tuple[Refusal, ...]]


@dataclass(frozen=True)
class Chain:
    """The images below ``path`` in build order, and all that the order was made of.

    ``externals``, ``registries``, ``own`` and ``args`` are as for `dockwright.chain.graph.order`;
    ``builder`` is what is to build it, and ``dialect`` what that makes of a Dockerfile.
    """

    path: str
    args: Mapping[str, str]
    externals: tuple[str, ...]
    registries: tuple[str, ...]
    own: tuple[str, ...]
    builder: str
    dialect: Dialect
    surveyed: Surveyed = field(repr=False)  # what was read of the folders, and what could not be
    # the images in build order, and why others have no place in it
    arranged: Arranged = field(repr=False)

    def __repr__(self) -> str:
        # pyinfra names an operation by its arguments
        return f"Chain({self.path!r}, {len(self.images)} images)"

    @property
    def sources(self) -> tuple[Source, ...]:
        """The image folders that could be read."""
        return self.surveyed[0]

    @property
    def images(self) -> tuple[Image, ...]:
        """Those that have a place in the order."""
        return self.arranged.images

    def wanted(self, only: Collection[str] = ()) -> tuple[Image, ...]:
        """The images of ``only`` and all they are built from; of all where it is empty.

        Raises:
            DockwrightError: one of them is refused, each with its line; or there is none of the
                name.

        Example:
            >>> declared("images", surveyed=((), ())).wanted()
            ()
        """
        why = {one.image: one.error for one in self.arranged.refused}
        meant = [self.arranged.behind.get(name, name) for name in only]
        errors = [why[name] for name in meant if name in why] if only else list(why.values())
        if errors:
            raise DockwrightError("\nerror: ".join(dict.fromkeys(errors)))
        names = ancestry(self.images, only)
        return tuple(image for image in self.images if image.name in names)

    def read_by(self, dialect: Dialect) -> Chain:
        """The same chain as another builder reads it.

        Example:
            >>> chain = declared("images", surveyed=((), ()))
            >>> chain.read_by(chain.dialect) is chain
            True
        """
        if dialect == self.dialect:
            return self
        again = dialect.asks_parents_again != self.dialect.asks_parents_again
        return declared(
            self.path,
            args=self.args,
            externals=self.externals,
            registries=self.registries,
            own=self.own,
            builder=self.builder,
            dialect=dialect,
            surveyed=None if again else self.surveyed,
        )

    @property
    def hangs_on(self) -> frozenset[str]:
        """Words of `dockwright.chain.dialect` for what another builder may read in another way."""
        return self.arranged.hangs_on


def declared(
    path: str | Path,
    *,
    args: Mapping[str, str] | None = None,
    externals: Collection[str] = ("debian:bookworm",),
    registries: Collection[str] = (),
    own: Collection[str] = (),
    platform: str | None = None,
    builder: str = "auto",
    dialect: Dialect = NEWEST,
    surveyed: Surveyed | None = None,
) -> Chain:
    """Read the image folders below ``path``, and order them.

    Args:
        path: the folder.
        args, externals, registries, own: as for `dockwright.chain.graph.order`.
        platform: such as ``linux/arm64``; None for the box's own. It is part of the recipe.
        builder: ``auto``, ``buildkit`` or ``classic``.
        dialect: of the builder.
        surveyed: what `dockwright.chain.read.survey` gave for the folder, where it is known.

    Raises:
        DockwrightError: no such folder, or no image in it; an image in error is told by `wanted`.

    Example:
        >>> declared("images", surveyed=((), ())).images
        ()
    """
    build_args = {**(args or {}), **({PLATFORM: platform} if platform else {})}
    if PLATFORM in build_args:
        dialect = replace(dialect, target=build_args[PLATFORM])
    known = survey(Path(path), dialect) if surveyed is None else surveyed
    sources, refused = known
    made = arrange(
        sources,
        externals=externals,
        registries=registries,
        own=own,
        args=build_args,
        dialect=dialect,
        refused=refused,
    )
    return Chain(
        str(path), build_args, tuple(externals), tuple(registries), tuple(own), builder, dialect,
        known, made,
    )  # fmt: skip
