"""A checkout that is older than what a box was last put in order from: told before it goes back.

The commit stands in the records that runs leave on the box (`dockwright.box.record`). Who calls
it: apply, which asks, and plan, which tells.
"""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.checkout import ancestors, is_shallow, lines
from dockwright.box.privilege import as_root
from dockwright.box.record import commit_of
from dockwright.errors import BoxError
from dockwright.facts.runs import LastCommit


def newer_boxes(state: State, deploy: Path) -> list[str]:
    """A line for each box of a run that has a commit which this checkout has not come from.

    Args:
        state: a run whose boxes are connected.
        deploy: the deploy file; its repository is the checkout.

    Example::

        newer_boxes(state, Path("deploy/site.py"))
        # ['app1 has 8070c6152d1e, which this checkout has not; git pull?']
    """
    if not commit_of(deploy):
        return []
    hosts = [host for host in state.inventory if host in state.active_hosts]
    commits = dict(zip(hosts, state.pool.map(_commit, hosts), strict=True))
    by_name = {str(host.name): commit for host, commit in commits.items()}
    return list(lines(by_name, ancestors(deploy), is_shallow(deploy)))


def _commit(host: Host) -> str:
    try:
        return host.get_fact(LastCommit, **as_root(host))
    except BoxError:
        return ""  # what the box does not answer is told by what is asked of it next
