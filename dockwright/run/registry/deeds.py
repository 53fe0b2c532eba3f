"""What `dockwright registry rm`, `gc` and `verify` do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from dockwright.box.fact import fact_of
from dockwright.box.privilege import as_root
from dockwright.chain.reference import is_tag
from dockwright.errors import DockwrightError, shown
from dockwright.facts.kept import RegistryKept
from dockwright.registry.kept.checked import Flaw, flaws
from dockwright.registry.kept.listing import Listing
from dockwright.registry.kept.retention import (
    Freed,
    Gone,
    freed,
    pinned_by,
    removed,
    superfluous,
)
from dockwright.run.recorded import recorded
from dockwright.run.registry.collect import Collected, collect
from dockwright.run.registry.looked import KeptRegistry, SiteRegistries, looked
from dockwright.run.registry.noted import note
from dockwright.terminal import echo

# Seconds for which stays whatever was pushed, or begun to be: longer than a layer takes.
GRACE = 3600


@dataclass(frozen=True)
class Outcome:
    """What went from a registry, or would go, and the room that this makes."""

    registry: KeptRegistry
    gone: tuple[Gone, ...]
    freed: Freed


@dataclass(frozen=True)
class Checked:
    """What a registry has, and what of it is not sound."""

    registry: KeptRegistry
    flaws: tuple[Flaw, ...]


def remove(
    image: str,
    inventory: str | None = None,
    box: str | None = None,
    say: Callable[[str], None] = echo,
) -> None:
    """Take ``image`` from the site's registries, where nothing needs it.

    Args:
        image: ``repository:tag``.
        inventory, box: as for `dockwright.run.registry.looked.looked`.
        say: told what happens.

    Raises:
        DockwrightError: no registry has it; a box needs it, a leaf is declared to run it, or a box
            does not say what it needs; then nothing is removed anywhere.

    Example::

        remove("zenweb:r-0123456789ab")
    """
    repository, _, tag = image.rpartition(":")
    if not repository or not is_tag(tag):
        raise DockwrightError(f"image {shown(image)}: not REPOSITORY:TAG; write zenweb:1.2")
    with looked(inventory, box, changes=True) as site:
        having = [one for one in site.registries if tag in one.kept.tags.get(repository, {})]
        if not having:
            raise _not_there(image, repository, site)
        gone = {one.place: removed(one.kept, repository, tag) for one in having}
        for one in having:
            _refuse(site, one, repository, tag)
        for one in having:
            with recorded(one.host, f"removal of {image}", say):
                made = collect(one, gone[one.place], None)
            if (repository, tag) not in made.untagged:
                raise DockwrightError(
                    f"{one.place}/{image}: was pushed meanwhile, and stays; run it again"
                )
            say(f"{one.place}/{image}: removed; `dockwright registry gc` frees its room")


def _not_there(image: str, repository: str, site: SiteRegistries) -> DockwrightError:
    known = {
        f"{name}:{tag}"
        for one in site.registries
        for name, tags in one.kept.tags.items()
        for tag in tags
    }
    of_it = sorted(one.rpartition(":")[2] for one in known if one.rpartition(":")[0] == repository)
    close = get_close_matches(image, known, 1)
    hint = f"did you mean {close[0]}?" if close else "see `dockwright registry ls`"
    if of_it:
        hint = f"its tags: {', '.join(of_it[:8])}{', …' if len(of_it) > 8 else ''}"
    where = ", ".join(one.place for one in site.registries)
    return DockwrightError(f"image {image}: not in {where}; {hint}")


def _refuse(site: SiteRegistries, one: KeptRegistry, repository: str, tag: str) -> None:
    digest = one.kept.tags[repository][tag].digest
    where = f"{one.place}/{repository}:{tag}"
    if digest is None:
        raise DockwrightError(f"{where}: its file says no digest; push it again first")
    if who := pinned_by(one.kept, site.pins, digest):
        raise DockwrightError(
            f"{where}: needed by {', '.join(who[:5])}{', …' if len(who) > 5 else ''}; let them "
            "have another image first"
        )
    if site.unknown:
        raise DockwrightError(f"{where}: stays, as nobody knows who needs it: {_whys(site)}")


def _whys(site: SiteRegistries) -> str:
    return "; ".join(
        why if why.startswith("box ") else f"box {name}: {why}"
        for name, why in site.unknown.items()
    )


def tidy(
    inventory: str | None = None,
    box: str | None = None,
    dry_run: bool = False,
    grace: float = GRACE,
    say: Callable[[str], None] = echo,
) -> tuple[list[Outcome], str]:
    """Have the site's registries keep what is needed, named or new, and no more.

    Args:
        inventory, box: as for `dockwright.run.registry.looked.looked`.
        dry_run: only say what would go.
        grace: seconds for which stays whatever was pushed.
        say: told what can't be recorded.

    Returns:
        What went of each, and why no image did where a box does not say what it needs: then only
        what no image names is taken from the disk. Else that is empty.

    Raises:
        DockwrightError: a registry does not answer, does not run, or could not.

    Example::

        outcomes, trouble = tidy("inventories/lab.py", dry_run=True)
    """
    outcomes = []
    with looked(inventory, box, changes=not dry_run) as site:
        trouble = f"no image was removed: {_whys(site)}" if site.unknown else ""
        for one in site.registries:
            gone = () if site.unknown else superfluous(one.kept, site.pins, one.generations, grace)
            if dry_run:
                outcomes.append(Outcome(one, gone, freed(one.kept, gone, grace)))
                continue
            with recorded(one.host, "collection of the registry", say):
                made = collect(one, gone, grace)
            note(one.host, "collected", made.freed.size)
            outcomes.append(Outcome(one, _went(gone, made), made.freed))
    return outcomes, trouble


def _went(gone: tuple[Gone, ...], made: Collected) -> tuple[Gone, ...]:
    return tuple(
        one
        for one in gone
        if (one.repository, one.digest) in made.removed
        or (not one.whole and {(one.repository, tag) for tag in one.tags} <= made.untagged)
    )


def verify(
    inventory: str | None,
    box: str | None,
    contents: Callable[[KeptRegistry], Mapping[str, str]] | None,
) -> list[Checked]:
    """Whether all that the site's registries have names for is there, and is what it is called.

    Args:
        inventory, box: as for `dockwright.run.registry.looked.looked`.
        contents: reads all blobs of a registry through; None: only that they are there.

    Raises:
        DockwrightError: a registry's box does not answer.

    Example::

        verify(None, None, None)[0].flaws  # ()
    """
    found = []
    with looked(inventory, box, needs=False, links=True) as site:
        for one in site.registries:
            changed = {} if contents is None else contents(one)
            first = flaws(one.kept, changed)
            # what was removed while it was looked at is no flaw
            both = first and set(flaws(_again(one), changed))
            left = tuple(flaw for flaw in first if flaw in both)
            if contents is not None:
                note(one.host, "verified", len(left))
            found.append(Checked(one, left))
    return found


def _again(one: KeptRegistry) -> Listing:
    return fact_of(one.host, RegistryKept, links=True, **as_root(one.host))
