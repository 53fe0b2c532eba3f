"""A checkout that is older than what a box was last put in order from: told before it goes back.

The commit stands in the records that runs leave on the box (`dockwright.box.record`). Who calls
it: apply, which asks, and plan, which tells.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.privilege import as_root
from dockwright.box.record import commit_of
from dockwright.errors import BoxError
from dockwright.facts.runs import LastCommit

# Whether a commit is one that this checkout has come from; None where it is not known here.
Ancestor = Callable[[str], "bool | None"]


def newer_boxes(state: State, deploy: Path) -> list[str]:
    """A line for each box of a run that has a commit which this checkout has not come from.

    Args:
        state: a run whose boxes are connected.
        deploy: the deploy file; its repository is the checkout.

    Example:
        >>> newer_boxes(state, Path("deploy/site.py"))  # doctest: +SKIP
        ['app1 has 8070c6152d1e, which this checkout has not; git pull?']
    """
    if not commit_of(deploy):
        return []
    hosts = [host for host in state.inventory if host in state.active_hosts]
    commits = dict(zip(hosts, state.pool.map(_commit, hosts), strict=True))
    by_name = {str(host.name): commit for host, commit in commits.items()}
    return list(lines(by_name, _git(deploy), _is_shallow(deploy)))


def lines(commits: Mapping[str, str], ancestor: Ancestor, shallow: bool = False) -> Iterator[str]:
    """A line for each box whose commit is no ancestor.

    Args:
        commits: by box, the commit of its last record; empty where it has none. A ``+`` at its
            end says that files had not been committed.
        ancestor: whether this checkout has come from a commit.
        shallow: whether it has the last commits alone.

    Example:
        >>> list(lines({"app1": "8070c6152d1e", "app2": ""}, lambda commit: None))
        ['app1 has 8070c6152d1e, which this checkout has not; git pull?']
    """
    for box, written in commits.items():
        commit = written.removesuffix("+")
        known = ancestor(commit) if commit else True
        if known is None:
            cure = "it is a shallow one: git fetch --unshallow" if shallow else "git pull?"
            yield f"{box} has {commit}, which this checkout has not; {cure}"
        elif not known:
            yield f"{box} has {commit}, which this checkout has not come from; git log {commit}"


def _commit(host: Host) -> str:
    try:
        return host.get_fact(LastCommit, **as_root(host))
    except BoxError:
        return ""  # what the box does not answer is told by what is asked of it next


def _git(deploy: Path) -> Ancestor:
    known: dict[str, bool | None] = {}

    def ancestor(commit: str) -> bool | None:
        if commit not in known:
            # 0: it is; 1: it is not; else: git has no such commit
            done = subprocess.run(
                ["git", "-C", str(deploy.parent), "merge-base", "--is-ancestor", commit, "HEAD"],
                capture_output=True,
                check=False,
            )
            known[commit] = {0: True, 1: False}.get(done.returncode)
        return known[commit]

    return ancestor


def _is_shallow(deploy: Path) -> bool:
    words = ["git", "-C", str(deploy.parent), "rev-parse", "--is-shallow-repository"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.strip() == "true"
