"""Which swarm is the site's, and which box says how it is; pure.

A swarm is the site's by its label ``dockwright.site``, which its managers tell; a box is in it by
its own certificate. Whatever else a box is in is refused before anything is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dockwright.errors import DockwrightError, NotReady
from dockwright.swarm.state import SITE_LABEL, SwarmState
from dockwright.swarm.wanted import WantedSwarm
from dockwright.ways_out import WayOut, way_out

States = Mapping[str, SwarmState]
_SHORT = 10  # letters of a swarm's ID that tell it from another one


@dataclass(frozen=True)
class OurSwarm:
    """The swarm of a site as it is.

    Args:
        id: its ID; empty: there is none yet.
        manager: the box that says how it is; empty: none does.
        locked: boxes of it that are to be unlocked.
    """

    id: str = ""
    manager: str = ""
    locked: tuple[str, ...] = ()

    @property
    def awaits(self) -> bool:
        """Whether how it is can be asked once boxes are unlocked."""
        return bool(self.locked) and not self.manager


def our_swarm(wanted: WantedSwarm, states: States, keys: Collection[str] | None = ()) -> OurSwarm:
    """The swarm that is the site's.

    Args:
        wanted: what the site wants.
        states: what boxes say, by box; those that give no answer are not in it.
        keys: IDs of swarms whose key is known here; None: a key is given, of whichever swarm.

    Raises:
        DockwrightError: a box is in another swarm, or in one that can't be asked.
        NotReady: more than half of the managers are away.

    Example:
        >>> from dockwright.swarm.wanted import WantedNode
        >>> our_swarm(WantedSwarm("corp", (WantedNode("a", "manager", "10.0.0.1"),)), {})
        OurSwarm(id='', manager='', locked=())
    """
    found = _of_site(wanted, states) or _taken_over(wanted, states)
    if not found:
        found = _locked_one(wanted, states, keys)
    locked = [box for box, its in states.items() if its.state == "locked" and its.swarm == found]
    if not locked:
        _check_leader(wanted, states, found)
    for one in wanted.members:
        its = states.get(one.box)
        if its is None or not its.is_member:
            continue
        if its.swarm and its.swarm != found:
            unasked = [box for box in wanted.managers if box not in states]
            if not found and unasked and not its.answers:
                raise NotReady(
                    f"box {one.box}: is in swarm {short_id(its.swarm)}, and no manager says whose "
                    f"that is ({', '.join(unasked)}: no answer); bring one up"
                )
            raise _another(one.box, its, wanted, states)
    answering = _answering(states, found)
    return OurSwarm(found, answering[0] if answering else "", tuple(sorted(locked)))


def _check_leader(wanted: WantedSwarm, states: States, found: str) -> None:
    """Raise NotReady where managers are up that have no leader: whose swarm it is, nobody says."""
    for box in wanted.managers:
        its = states.get(box)
        if its is None or not its.control or its.answers or found not in ("", its.swarm):
            continue
        if not _answering(states, its.swarm):
            raise NotReady(
                f"box {box}: the swarm takes no change: {its.error or 'it says not why'}; more "
                "than half of its managers must be up: see `docker info` there"
            )


def _of_site(wanted: WantedSwarm, states: States) -> str:
    ours: dict[str, str] = {}
    for box, its in states.items():
        if its.cluster is not None and its.cluster.labels.get(SITE_LABEL) == wanted.site:
            ours.setdefault(its.cluster.id, box)
    if len(ours) > 1:
        first, second = list(ours.items())[:2]
        raise DockwrightError(
            f"box {second[1]}: is in swarm {short_id(second[0])}, and {first[1]} in "
            f"{short_id(first[0])}, which are both of site {wanted.site}; end one of them with "
            "`docker swarm leave --force` on its boxes"
        )
    return next(iter(ours), "")


def _taken_over(wanted: WantedSwarm, states: States) -> str:
    """The one that somebody made by hand on boxes that are to manage, where data says so."""
    if not wanted.takes_over:
        return ""
    others: dict[str, str] = {}
    for box in wanted.managers:
        its = states.get(box)
        if its is not None and its.cluster is not None and SITE_LABEL not in its.cluster.labels:
            others.setdefault(its.cluster.id, box)
    return next(iter(others)) if len(others) == 1 else ""


def _locked_one(wanted: WantedSwarm, states: States, keys: Collection[str] | None) -> str:
    """Of boxes that are all locked, the swarm whose key is known here."""
    for box in wanted.managers:
        its = states.get(box)
        if its is None or its.state != "locked":
            continue
        if keys is None or its.swarm in keys:
            return its.swarm
        raise DockwrightError(
            f"box {box}: its swarm {short_id(its.swarm)} is locked, and its key is not known "
            f"here; {way_out(WayOut.UNLOCK_SWARM)}"
        )
    return ""


def _another(box: str, its: SwarmState, wanted: WantedSwarm, states: States) -> DockwrightError:
    cluster = next(
        (one.cluster for one in states.values() if one.answers and one.swarm == its.swarm), None
    )
    site = cluster.labels.get(SITE_LABEL) if cluster is not None else None
    which = f"box {box}: is in swarm {short_id(its.swarm)}"
    leave = "leave it there with `docker swarm leave --force`"
    if site is not None:
        return DockwrightError(f"{which}, which is site {site}'s and not {wanted.site}'s; {leave}")
    if cluster is None:
        return DockwrightError(
            f"{which}, which none of the managers {', '.join(wanted.managers)} is in; {leave}"
        )
    return DockwrightError(
        f"{which}, which somebody else made; {leave}, or {way_out(WayOut.TAKE_OVER_SWARM)}"
    )


def _answering(states: States, swarm: str) -> list[str]:
    """Boxes that say how ``swarm`` is; the leader first, which knows it best."""
    found = [box for box, its in states.items() if swarm and its.answers and its.swarm == swarm]

    def leads(box: str) -> bool:
        its = states[box]
        return any(one.leads and one.id == its.node for one in its.nodes)

    return sorted(found, key=lambda box: not leads(box))


def short_id(swarm: str) -> str:
    """A swarm's ID as a person tells it from another one.

    Example:
        >>> short_id("ud5o4srzydbfihamjo6k51qle")
        'ud5o4srzyd'
    """
    return swarm[:_SHORT]
