"""The checkout that a site is applied from: which commits of boxes it has come from.

Who calls it: plan and apply (`dockwright.run.older`), and the deploys under pyinfra's own command.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from dockwright.box.begun import harmless

# Whether a commit is one that this checkout has come from; None where it is not known here.
Ancestor = Callable[[str], "bool | None"]


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


def ancestors(deploy: Path) -> Ancestor:
    """What git says of the repository that ``deploy`` is in, asked once of each commit.

    Example:
        >>> print(ancestors(Path("/site.py"))("8070c6152d1e"))
        None
    """
    known: dict[str, bool | None] = {}

    def ancestor(commit: str) -> bool | None:
        if commit not in known:
            # 0: it is; 1: it is not; else: git has no such commit
            words = ["git", "-C", str(deploy.parent), "merge-base", "--is-ancestor", commit, "HEAD"]
            with harmless():
                done = subprocess.run(words, capture_output=True, check=False)
            known[commit] = {0: True, 1: False}.get(done.returncode)
        return known[commit]

    return ancestor


def is_shallow(deploy: Path) -> bool:
    """Whether that repository has the last commits alone.

    Example:
        >>> is_shallow(Path("/site.py"))
        False
    """
    words = ["git", "-C", str(deploy.parent), "rev-parse", "--is-shallow-repository"]
    with harmless():
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.strip() == "true"
