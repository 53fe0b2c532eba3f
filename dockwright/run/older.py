"""A checkout that is older than what a box was last put in order from: told before it goes back.

The commit stands in the records that runs leave on the box (`dockwright.box.record`). Who calls
it: apply, which asks, and plan, which tells.
"""

from __future__ import annotations

from pathlib import Path

from pyinfra.api.state import State

from dockwright.box.checkout import ancestors, is_shallow, lines
from dockwright.box.record import commit_of
from dockwright.facts.runs import last_runs


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
    commits = {box: one.commit for box, one in last_runs(state).items()}
    return list(lines(commits, ancestors(deploy), is_shallow(deploy)))
