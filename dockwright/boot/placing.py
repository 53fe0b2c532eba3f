"""Where the data of a leaf lies, and whether a box may start it: a decision over values.

A leaf that a box has no jobs of begins there. It does not begin with nothing while what it writes
lies on another box.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from dockwright.value import Value


@dataclass(frozen=True)
class Elsewhere:
    """The boxes where the data of a leaf may lie.

    Args:
        boxes: those of the site, which can be asked.
        former: those that are of it no more, each with what the leaf wrote there.
        never: those of ``boxes`` that are known to have had none; they need not answer.
        ways: how a site says that the leaf may begin with nothing, as an error tells it.
    """

    boxes: tuple[str, ...]
    former: Mapping[str, frozenset[str]] = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    ways: str = ""


@dataclass(frozen=True)
class Lies(Value):
    """What a box has: volumes by name, folders by path, none of them empty.

    ``unknown`` are volumes of an engine that does not run.
    """

    held: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placing:
    """What keeps a leaf from beginning on a box.

    Args:
        elsewhere: other boxes with what they have, and this one lacks.
        silent: boxes that may have what it lacks; nobody knows.
        twice: what this box has, and other boxes too, by those.
    """

    elsewhere: Mapping[str, tuple[str, ...]]
    silent: tuple[str, ...]
    twice: Mapping[str, tuple[str, ...]]


def placing(
    box: str, sources: Collection[str], has: Mapping[str, Lies | None], elsewhere: Elsewhere
) -> Placing:
    """What is to be known before a leaf begins on ``box``.

    Args:
        box: its name.
        sources: volumes and folders that the leaf writes.
        has: what each box has of them; None where it did not answer.
        elsewhere: where else they may be.

    Example:
        >>> has = {"app1": Lies(("dbdata",)), "app2": Lies()}
        >>> placing("app2", ["dbdata"], has, Elsewhere(("app1", "app2"))).elsewhere
        {'app1': ('dbdata',)}
    """
    here = has.get(box) or Lies()
    wanted = frozenset(sources)
    lacking = wanted.difference(here.held)
    other_boxes: dict[str, tuple[str, ...]] = {}
    twice: dict[str, tuple[str, ...]] = {}
    silent = []
    if lacking.intersection(here.unknown):
        silent.append(box)
    for other in elsewhere.boxes:
        if other == box:
            continue
        its = has.get(other)
        held = frozenset(() if its is None else its.held)
        may_have = its is None or bool(lacking.intersection(its.unknown))
        if lacking & held:
            other_boxes[other] = tuple(sorted(lacking & held))
        elif lacking and may_have and other not in elsewhere.never:
            silent.append(other)
        if both := held.intersection(here.held):
            twice[other] = tuple(sorted(both))
    for other, had in elsewhere.former.items():
        if lacking & had:
            other_boxes[other] = tuple(sorted(lacking & had))
    return Placing(other_boxes, tuple(silent), twice)


def named(sources: Collection[str]) -> str:
    """Volumes and folders as a person reads them.

    Example:
        >>> named(["dbdata", "/srv/db"])
        'folder /srv/db, volume dbdata'
    """
    return ", ".join(_named(sources))


def _named(sources: Collection[str]) -> Iterator[str]:
    for one in sorted(sources):
        yield f"folder {one}" if one.startswith("/") else f"volume {one}"
