"""Which boxes a site had, as the records of its runs know them, and which of them it has no more.

A box that is taken out of the inventory runs its leaves as before, and nobody asks it any more. So
each run leaves on its boxes which ones the site had. Values only; `dockwright.deploys.leaf.members`
reads and fills them, `dockwright.box.record` writes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dockwright.value import Value

Members = Mapping[str, "SiteMember"]


@dataclass(frozen=True)
class SiteMember(Value):
    """A box of a site: its address, and each leaf that it is to run with what that writes.

    ``until`` is when it was of the site last, UTC as ISO 8601; empty: it is.
    """

    address: str = ""
    leaves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    until: str = ""

    def plain(self) -> dict[str, Any]:
        """For JSON.

        Example:
            >>> SiteMember("192.0.2.1", {"db": ("dbdata",)}).plain()
            {'address': '192.0.2.1', 'leaves': {'db': ['dbdata']}}
        """
        leaves = {leaf: list(sources) for leaf, sources in self.leaves.items()}
        made: dict[str, Any] = {"address": self.address, "leaves": leaves}
        return {**made, "until": self.until} if self.until else made


@dataclass(frozen=True)
class RecordedMembers:
    """What a run records: ``whole`` where all of it was done on all boxes, else ``part``."""

    whole: Members
    part: Members


def member(plain: Mapping[str, Any]) -> SiteMember:
    """What `Member.plain` made; raises ValueError, TypeError or AttributeError for anything else.

    Example:
        >>> member({"address": "192.0.2.1", "leaves": {"db": ["dbdata"]}}).leaves
        {'db': ('dbdata',)}
    """
    leaves = {str(leaf): tuple(map(str, of)) for leaf, of in plain.get("leaves", {}).items()}
    return SiteMember(str(plain.get("address", "")), leaves, str(plain.get("until", "")))


def joined(several: Iterable[Members]) -> dict[str, SiteMember]:
    """What boxes recorded of one run, each as far as it came: all leaves that any of them knows.

    Example:
        >>> a, b = {"app": SiteMember(leaves={"db": ()})}, {"app": SiteMember(leaves={"web": ()})}
        >>> sorted(joined([a, b])["app"].leaves)
        ['db', 'web']
    """
    by_box: dict[str, SiteMember] = {}
    for members in several:
        for box, one in members.items():
            had = by_box.get(box)
            # of a hundred boxes a hundred times the same
            by_box[box] = one if had is None or had == one else _with(one, had)
    return by_box


def known_as(known: Members, present: Members) -> dict[str, SiteMember]:
    """``known``, a box that has another name in the inventory now under that one.

    Example:
        >>> known_as({"old": SiteMember("192.0.2.1")}, {"new": SiteMember("192.0.2.1")})
        {'new': SiteMember(address='192.0.2.1', leaves={}, until='')}
    """
    names = {one.address: box for box, one in reversed(list(present.items())) if one.address}
    by_box: dict[str, SiteMember] = {}
    for box, one in known.items():
        name = box if box in present else names.get(one.address, box)
        by_box[name] = _with(by_box[name], one) if name in by_box else one
    return by_box


def former(known: Members, present: Members, last: str) -> dict[str, SiteMember]:
    """The boxes that were of the site, and are not in the inventory any more.

    Args:
        known: as the newest records have them, by the names of now (`known_as`).
        present: those of the inventory.
        last: when the run of those records began.

    Example:
        >>> moment = "2026-11-29T20:00:00Z"
        >>> former({"old": SiteMember()}, {"new": SiteMember()}, moment)["old"].until
        '2026-11-29T20:00:00Z'
    """
    return {
        box: replace(one, until=one.until or last)
        for box, one in known.items()
        if box not in present
    }


def recorded(
    known: Members, present: Members, gone: Members, said: Collection[str]
) -> RecordedMembers:
    """What a run records of the boxes of its site.

    Args:
        known: as the newest records have them, by the names of now.
        present: those of the inventory.
        gone: those that are in it no more (`former`).
        said: names of those that the site says are gone, which need not be known any longer.

    Example:
        >>> made = recorded({}, {"new": SiteMember()}, {"old": SiteMember()}, ["old"])
        >>> sorted(made.whole), sorted(made.part)
        (['new'], ['new', 'old'])
    """
    rest = {box: one for box, one in gone.items() if box not in said}
    # a leaf that was not moved as yet is where it was
    part = {box: _with(one, known[box]) if box in known else one for box, one in present.items()}
    return RecordedMembers({**present, **rest}, {**part, **gone})


def _with(one: SiteMember, had: SiteMember) -> SiteMember:
    leaves = {
        leaf: tuple(sorted({*one.leaves.get(leaf, ()), *had.leaves.get(leaf, ())}))
        for leaf in (*one.leaves, *had.leaves)
    }
    return replace(one, leaves=leaves)
