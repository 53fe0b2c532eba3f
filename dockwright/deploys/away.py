"""Under pyinfra's own command: boxes that the site's data says are away have no part in a run.

plan, apply and all other commands of ours leave them out by themselves, before they are connected
(`dockwright.run.inventory`).
"""

from __future__ import annotations

from pyinfra.api.state import State

from dockwright.box import log
from dockwright.box.absent import leave_out
from dockwright.box.this_run import once
from dockwright.site.away import away


def leave_out_away(run: State) -> None:
    """Take note of those boxes, once a run; pyinfra has tried to connect them by then.

    Raises:
        DockwrightError: the data names a box that the inventory has not.

    Example::

        leave_out_away(state)
    """
    once(run, "boxes that are away", lambda: _leave_out(run))


def _leave_out(run: State) -> bool:
    hosts = {str(host.name): host for host in run.inventory}
    whys = away({name: host.data.dict() for name, host in hosts.items()})  # type: ignore[no-untyped-call]
    leave_out(run, {hosts[name]: why for name, why in whys.items()})
    for name, why in whys.items():
        if hosts[name] in run.active_hosts and not run.is_executing:
            log.info(hosts[name], why)
    return True
