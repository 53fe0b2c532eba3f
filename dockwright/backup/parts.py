"""The parts that a box is backed up in: each leaf with data, a registry's data, and secrets.

Each part has a repository and a key of its own. So a box is given, to restore one leaf, what opens
the backups of that leaf alone; and what fails of one part is no affair of the others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dockwright.boot.data import data_of, lasting
from dockwright.boot.job import Job
from dockwright.places import DATA, HOME

SECRETS = "_secrets"  # no leaf can have that name
REGISTRY = "registry"
# of a registry which images, tags and digests it has, without what they are made of
MANIFESTS = f"{DATA}/docker/registry/v2/repositories"


@dataclass(frozen=True)
class Part:
    """What is backed up as one: ``sources`` are volumes by name and folders by path, sorted.

    ``leaf`` is the leaf whose containers write them; empty: nobody's. ``whole`` is False of what is
    kept to be read by a person, and can't be put back.
    """

    box: str
    name: str
    sources: tuple[str, ...]
    leaf: str = ""
    whole: bool = True

    @property
    def place(self) -> str:
        """Its repository below the target, and what its key is made for.

        Example:
            >>> Part("app1", "wiki", ("wikidata",), "wiki").place
            'app1/wiki'
        """
        return f"{self.box}/{self.name}"


def parts_of(
    box: str,
    leaves: Mapping[str, Sequence[Job]],
    *,
    registry: str = "",
    secrets: bool = True,
    without: Collection[str] = (),
) -> tuple[Part, ...]:
    """The parts of a box; leaves without data have none.

    Args:
        box: its name.
        leaves: the jobs that it is to have of each leaf.
        registry: ``data`` or ``manifests`` of a registry that it keeps; empty: it keeps none, or
            nothing of it is backed up.
        secrets: whether /etc/dockwright is a part.
        without: volumes and folders of which there is to be no backup.

    Example:
        >>> job = Job("wiki", "web", 1, "wiki", ("run", "--volume", "w:/data"), (), (), 10)
        >>> [one.name for one in parts_of("app1", {"wiki": [job]})]
        ['_secrets', 'wiki']
    """
    parts = [Part(box, SECRETS, (HOME,))] if secrets else []
    if registry == "data":
        parts.append(Part(box, REGISTRY, (DATA,), REGISTRY))
    elif registry:
        parts.append(Part(box, REGISTRY, (MANIFESTS,), whole=False))
    for leaf, jobs in leaves.items():
        sources = lasting(one for job in jobs for one in data_of(job.argv))
        if kept := sources.difference(without):
            parts.append(Part(box, leaf, tuple(sorted(kept)), leaf))
    return tuple(parts)
