"""Leaves of a site as a stack file, by what its manager has."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from dockwright.box.privilege import as_root
from dockwright.deploys.box import this_box
from dockwright.deploys.leaf.declared import leaves_of, leaves_of_site
from dockwright.deploys.leaf.service import asked_for, managers, nodes
from dockwright.errors import DockwrightError
from dockwright.operations.service.wanted import LeafTerms, manager_of, wanted_services
from dockwright.run.inventory import connected, find, load
from dockwright.service.compose import compose
from dockwright.service.spec import Service


def export(leaves: Sequence[str] = (), inventory: str | None = None) -> str:
    """The text of a stack file of leaves; nothing of a box is changed.

    Args:
        leaves: their names; by default all that the site runs on its swarm.
        inventory: as for `dockwright.run.inventory.load`.

    Raises:
        DockwrightError: the site has no manager or no such leaf, the manager lacks an image, or a
            leaf has what Swarm can't do.

    Example::

        export(["zenweb"])
    """
    with load(inventory) as loaded:
        host = find(loaded, _manager())
        with connected(host):
            box, how = this_box(), as_root(host)
            known = leaves_of_site().leaves
            chosen = list(leaves) or [one for one in known if one in box.settings.of_swarm]
            for leaf in chosen:
                _check(leaf, known)
            made = leaves_of(box, chosen)
            has, on = manager_of(host, **how), nodes()
            every: list[Service] = []
            for leaf in chosen:
                terms = LeafTerms(**asked_for(box, leaf, made[leaf]))
                every += wanted_services(host, terms, has, on, **how)
            return compose(every)


def _manager() -> str:
    named = managers()
    if not named:
        raise DockwrightError(
            "inventory: no box of docker_hosts is in group swarm_managers, which would say which "
            "images there are; put one there"
        )
    return named[0]


def _check(leaf: str, known: Sequence[str]) -> None:
    if leaf not in known:
        close = get_close_matches(leaf, known, 1)
        hint = f"did you mean {close[0]}?" if close else f"leaves: {', '.join(known) or 'none'}"
        raise DockwrightError(f"leaf {leaf}: no box of the site is to run it; {hint}")
