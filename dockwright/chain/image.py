"""An image of the chain: where it stands in the order, and all that a build of it is given."""

from __future__ import annotations

from dataclasses import dataclass

from dockwright.chain.dockerfile import Parent
from dockwright.chain.recipe import LABEL, NAME_LABEL, PARTS_LABEL, Recipe


@dataclass(frozen=True)
class Image:
    """An image of the chain; ``wave`` counts from 0, and images of a wave can build together.

    ``base`` is the one among its parents that its last stage begins with; ``args`` are the build
    arguments to pass: those that its Dockerfile declares, proxies, and PLATFORM. ``names`` pairs
    what its Dockerfile writes with the parent that is meant; ``qualified`` are names with a
    registry or an owner by which children call it: the engine must have the image under them
    before they are built. ``outside`` are its images of others with the line that names each, a
    ``frontend`` (what reads its Dockerfile, of no part in what it is) among them.
    """

    name: str  # its folder's, by which children name it
    path: str  # of its Dockerfile, as errors show it
    parents: tuple[str, ...]  # images of the chain that it is built from or copies from
    external_parents: tuple[str, ...]  # the same of images of others
    wave: int
    base: str | None
    recipe: Recipe  # what it is made of, as hashes
    tags: tuple[str, ...]  # without the name; latest first, the recipe's own last
    leaf: bool  # whether its folder has a Procfile
    args: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]  # of its Dockerfile; each names the line
    names: tuple[tuple[str, str], ...] = ()
    qualified: tuple[str, ...] = ()
    outside: tuple[Parent, ...] = ()
    frontend: str | None = None

    @property
    def upon_others(self) -> bool:
        """Whether something of an image of others is in it, whose updates it lacks one day."""
        return any(name != self.frontend for name in self.external_parents)

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
