"""Ports that a leaf is to publish and somebody has: told before anything of the leaf stops."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pyinfra import host

from dockwright.boot.data import data_of
from dockwright.boot.job import Job
from dockwright.boot.taken import Held, leaf_of_container, taken
from dockwright.commands.expected import is_changing
from dockwright.errors import NotReady
from dockwright.facts.boot import Boot
from dockwright.facts.ports import Ports


@dataclass(frozen=True)
class InUse:
    """The ports of a box that are in use, and the jobs of leaves that go away that hold one which
    is needed; ``sharing`` are those of them that have data of a job.
    """

    held: tuple[Held, ...]
    leaving: frozenset[str]
    sharing: Mapping[str, frozenset[str]] = field(default_factory=dict)


def switch_of(leaf: str) -> str:
    """What `dockwright.commands.expected` is told of a leaf that is going to be switched.

    Example:
        >>> switch_of("zenweb")
        'the leaf zenweb'
    """
    return f"the leaf {leaf}"


def end_of(leaf: str) -> str:
    """What `dockwright.commands.expected` is told of a leaf whose jobs are going to go.

    Example:
        >>> end_of("zenweb")
        'the end of zenweb'
    """
    return f"the end of {leaf}"


def pause_of(leaf: str) -> str:
    """What `dockwright.commands.expected` is told of a leaf that stops for a while.

    Example:
        >>> pause_of("stash")
        'the pause of stash'
    """
    return f"the pause of {leaf}"


def sharing(
    jobs: Sequence[Job], on_box: Boot, ours: Collection[str], declared: Collection[str] | None
) -> dict[str, frozenset[str]]:
    """Of each job the jobs of leaves that go away and have data of it.

    Example:
        >>> sharing([], Boot(), [], [])
        {}
    """
    by_job = {}
    for job in jobs:
        data = data_of(job.argv)
        others = frozenset(
            name
            for name, container in on_box.containers.items()
            if (leaf := leaf_of_container(name)) in ours
            and declared is not None
            and leaf not in declared
            and data & {*container.data}
        )
        if others:
            by_job[job.name] = others
    return by_job


def in_use(
    jobs: Sequence[Job], source: str, ours: Collection[str], declared: Collection[str] | None
) -> InUse:
    """Ask the box which ports are in use, and make sure that ``jobs`` can publish theirs.

    Args:
        jobs: of one leaf.
        source: what an error calls the leaf's Procfile.
        ours: leaves that the box has jobs of.
        declared: leaves that it is to have; None where that is not known.

    Raises:
        NotReady: somebody else holds one; it names the port, and who. Or a leaf holds it that is
            going to be switched before.

    Example::

        in_use(wanted.jobs, "images/zenweb/Procfile", ["zenweb"], None)
    """
    if not any(job.ports for job in jobs):
        return InUse((), frozenset())
    held: list[Held] = host.get_fact(Ports)
    leaf = jobs[0].leaf
    if is_changing(str(host.name), [pause_of(leaf)]):
        # its services let go of them before it is its jobs' turn
        held = [one for one in held if not (one.container or "").startswith(f"{leaf}_")]
    leaving = set()
    for one in taken(jobs, held):
        if one.leaf in ours and one.leaf is not None:
            if declared is not None and one.leaf not in declared:
                leaving.add(str(one.held.container))
                continue
            if is_changing(str(host.name), [switch_of(one.leaf)]):
                raise NotReady(f"{one}, which changes first")
        raise NotReady(f"box {host.name}: {one}; stop that, or publish another port in {source}")
    return InUse(tuple(held), frozenset(leaving))
