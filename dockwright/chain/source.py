"""An image's folder as values: what is read from it, and all that the order needs."""

from __future__ import annotations

from dataclasses import dataclass

from dockwright.chain.context import ContextEntry


@dataclass(frozen=True)
class Source:
    """An image's folder as read.

    ``path`` is the Dockerfile's, as errors show it, ``dockerfile`` its name in the context;
    ``context`` is what `.dockerignore` leaves; a ``procfile`` makes the image a leaf; ``version``
    is a tag its folder declares; ``upstream_args`` are the build arguments that its flavour
    `upstream` can't do without. ``hangs_on`` has words of `dockwright.chain.dialect` for what
    another builder would read in another way.
    """

    name: str  # the image's, which is its folder's
    path: str
    text: str  # of the Dockerfile
    context: tuple[ContextEntry, ...] = ()
    procfile: str | None = None
    version: str | None = None
    dockerfile: str = "Dockerfile"
    upstream_args: tuple[str, ...] = ()
    hangs_on: frozenset[str] = frozenset()

    @property
    def only_runs(self) -> bool:
        """Whether it has no Dockerfile: its Procfile runs an image that another name has.

        Example:
            >>> Source("db", "images/db/Procfile", "", dockerfile="").only_runs
            True
        """
        return not self.dockerfile


@dataclass(frozen=True)
class Refusal:
    """An image that has no place in an order, and the ``error`` that says why.

    ``image`` is empty where nobody could tell its name; ``path`` is its Dockerfile's.
    """

    image: str
    error: str
    path: str = ""
