"""The boxes of the site, those that were of it among them: told, and given to be recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state

from dockwright.boot.data import data_of_procfile, lasting
from dockwright.box import log
from dockwright.box.this_run import once, this_run
from dockwright.deploys.box import boxes
from dockwright.deploys.leaf.declared import folders_of, leaves_of_site
from dockwright.deploys.leaf_folders import REGISTRY_LEAF, LeafFolders
from dockwright.errors import DockwrightError
from dockwright.facts.runs import last_runs
from dockwright.site.members import SiteMember, former, joined, known_as, recorded
from dockwright.site.settings import settings


@dataclass(frozen=True)
class SiteMembers:
    """The boxes of the inventory, ``present``, and what records say.

    ``known`` are those of the last run of the site, None where records say nothing; ``former``
    those that the inventory has not.
    """

    present: Mapping[str, SiteMember]
    known: Mapping[str, SiteMember] | None
    former: Mapping[str, SiteMember]


def members_of_site() -> SiteMembers:
    """The boxes of the site and those that were; once a run, which is to record and to tell them.

    Raises:
        DockwrightError: a box is said to be gone, and is in the inventory.

    Example::

        members_of_site().former  # {'app2': Member(address='192.0.2.12', …)}
    """
    return once(ctx_state.get(), "members of the site", _members_of_site)  # type: ignore[no-untyped-call]


def _members_of_site() -> SiteMembers:
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]
    present, said = _present()
    records = last_runs(run).values()
    last = max((one.began for one in records), default="")
    of_last = [one.members for one in records if one.members is not None and one.began == last]
    is_known = bool(of_last) or all(one.is_first for one in records)
    known = known_as(joined(of_last), present)
    gone = former(known, present, last)
    this_run(run).members = recorded(known, present, gone, said)
    reminders = this_run(run).reminders
    # boxes are prepared side by side
    for line in [one for one in _told(gone, said) if one not in reminders]:
        reminders.append(line)
        if this_run(run).purpose.keeps_record:
            log.info(ctx_host.get(), line)  # type: ignore[no-untyped-call]
    return SiteMembers(present, known if is_known else None, gone)


def _present() -> tuple[dict[str, SiteMember], set[str]]:
    """The boxes of the inventory, and the names of those that its data says are gone."""
    runs = leaves_of_site().boxes
    keepers = boxes("registry_hosts")
    members, said = {}, set()
    for box in dict.fromkeys([*boxes("docker_hosts"), *keepers]):
        here = settings(box.data.dict(), str(box.name))
        said |= {*here.gone}
        folders = folders_of(here)
        its = [leaf for leaf, on in runs.items() if str(box.name) in on and leaf in folders.leaves]
        its += [REGISTRY_LEAF] if box in keepers else []
        leaves = {leaf: tuple(sorted(lasting(_data(folders, leaf)))) for leaf in its}
        members[str(box.name)] = SiteMember(str(here.address or ""), leaves)
    if wrong := sorted(said & members.keys()):
        raise DockwrightError(
            f"dockwright_gone: {wrong[0]}: is in the inventory; take it out of there, or of the key"
        )
    return members, said


def _data(folders: LeafFolders, leaf: str) -> Iterator[str]:
    source, moved = folders.leaves[leaf], folders.moved(leaf)
    path = str(Path(source.path).with_name("Procfile"))
    for one in data_of_procfile(source.procfile or "", path):
        yield one if moved is None else moved.data.get(one, one)


def _told(gone: Mapping[str, SiteMember], said: set[str]) -> Iterator[str]:
    for box, one in gone.items():
        if box in said:
            continue
        place = f" ({one.address})" if one.address else ""
        runs = ", ".join(one.leaves) or "what it had"
        yield (
            f"box {box}{place} was of this site until {one.until}, and is not in the inventory: "
            f"{runs} may run there still; put it back with dockwright_leaves = [] to have that "
            f'taken away, or say that it is gone: dockwright_gone = ["{box}"]'
        )
