"""The parts that a person means by leaves and boxes, as the site declares them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright.backup.parts import Part, parts_of
from dockwright.deploys.box import Box, this_box
from dockwright.deploys.leaf.declared import leaves_of
from dockwright.errors import DockwrightError


def declared_parts(host: Host) -> tuple[Part, ...]:
    """The parts that ``host`` is backed up in; none where the site says nothing of backups.

    Args:
        host: the box; nothing is asked of it.

    Raises:
        DockwrightError: its data or its leaves' folders are in error.

    Example::

        [part.name for part in declared_parts(host)]  # ['_secrets', 'wiki']
    """
    with ctx_host.use(host):
        here = this_box()
        if here.settings.backup is None:
            return ()
        return _parts(here)


def _parts(here: Box) -> tuple[Part, ...]:
    backup = here.settings.backup
    if backup is None or not here.is_in("docker_hosts", "registry_hosts"):
        return ()
    leaves = leaves_of(here) if here.is_in("docker_hosts") else {}
    keeps = here.is_in("registry_hosts") and backup.registry != "none"
    return parts_of(
        here.name,
        {leaf: one.group.jobs for leaf, one in leaves.items()},
        registry=backup.registry if keeps else "",
        secrets=backup.secrets,
        without=backup.without,
    )


def chosen_parts(parts: Iterable[Part], names: Sequence[str]) -> list[Part]:
    """Those of ``parts`` that ``names`` mean, which are boxes or leaves; all where it is empty.

    Raises:
        DockwrightError: a name is none of them.

    Example:
        >>> chosen_parts([Part("app1", "wiki", ("w",), "wiki")], ["wiki"])[0].box
        'app1'
    """
    every = list(parts)
    if not names:
        return every
    found = []
    for name in names:
        its = [one for one in every if name in (one.box, one.name, one.place)]
        if not its:
            known = {one.box for one in every} | {one.name for one in every}
            close = get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"has {', '.join(sorted(known))}"
            raise DockwrightError(f"{name}: no box, and no leaf with data; {hint}")
        found += its
    return list(dict.fromkeys(found))
