"""Back to what the services of a leaf were before their last update; for `dockwright rollback`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyinfra.api.host import Host

from dockwright.box.lock import hold
from dockwright.box.privilege import as_root
from dockwright.box.reach import NotReached
from dockwright.engine.health import Patience
from dockwright.errors import BoxError, DockwrightError
from dockwright.facts.service import Services
from dockwright.run.inventory import connected
from dockwright.run.recorded import recorded
from dockwright.service.state import SwarmService
from dockwright.site.settings import settings
from dockwright.switching.services import put_back


def services_back(hosts: Iterable[Host], leaf: str, say: Callable[[str], None]) -> bool:
    """Put the services of ``leaf`` back where some manager has any; whether one did.

    Args:
        hosts: the boxes that are asked.
        leaf: its name.
        say: told what happens.

    Raises:
        DockwrightError: they were never updated, or do not come up.

    Example::

        services_back(present(loaded), "zenweb", echo)
    """
    for host in hosts:
        try:
            with connected(host):
                its = host.get_fact(Services, **as_root(host)).of_leaf(leaf)
                if its:
                    _back(host, leaf, its, say)
                    return True
        except (NotReached, BoxError):
            continue  # another manager says the same; without one, its boot jobs are looked for
    return False


def _back(host: Host, leaf: str, its: tuple[SwarmService, ...], say: Callable[[str], None]) -> None:
    names = [one.name for one in its if one.former]
    if not names:
        raise DockwrightError(
            f"box {host.name}: leaf {leaf}: its services were never updated; there is nothing to "
            "go back to"
        )
    here = settings(host.data.dict(), str(host.name))  # type: ignore[no-untyped-call]
    hold(host)
    with recorded(host, f"rollback of {leaf}", say):
        put_back(host, names, Patience(here.wait_seconds, here.steady_seconds))
    say(f"{host.name}: {leaf}: back: {', '.join(names)}")
