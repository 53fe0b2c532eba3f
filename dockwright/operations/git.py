"""Git repositories that a box keeps."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, operation
from dockwright.errors import DockwrightError
from dockwright.facts.git import Repository
from dockwright.operations.boot.given import given


@operation()
def repository(
    path: str,
    bare: bool = True,
    branch: str = "master",
    owner: str | None = None,
    former: str | None = None,
    leaf: str | None = None,
) -> Commands:
    """Have a git repository at ``path``; what one that is there holds is left as it is.

    Args:
        path: absolute path.
        bare: without a work tree, as a place to push to.
        branch: the first branch's name.
        owner: user and group, as numbers, of a repository that is made; one that is there is
            its owner's already.
        former: an owner, as numbers, whose files in a repository that is theirs go over to
            ``owner``.
        leaf: what writes to it: it stops before they do, and its `boot.job` starts it again.

    Raises:
        OperationError: something else is at ``path``, or it is not absolute.

    Example::

        git.repository("/srv/projectwiki")
    """
    if not path.startswith("/"):
        raise DockwrightError(f"repository {path!r}: not absolute; write it from /")
    state = host.get_fact(Repository, path)
    if state.kind in ("bare", "work tree"):
        if owner is not None and former is not None and state.owner == former != owner:
            yield from given(path, owner, [former], leaf)
            return
        if owner not in (None, state.owner):
            log.info(host, f"{path} belongs to {state.owner}, not to {owner}, and stays theirs")
        host.noop(f"{path} is a repository")
        return
    if state.kind == "other":
        raise DockwrightError(
            f"box {host.name}: {path}: there, and no git repository; move it away, or make it one"
        )
    log.changes(host, [Change("+", path, ("a git repository",))])
    options = ["--bare"] if bare else []
    # --initial-branch is unknown to git before 2.28: HEAD is written by a command all know
    yield StringCommand("git init --quiet", *options, QuoteString(path))
    # --git-dir asks for no safe.directory, which -C does where the folder is another user's
    folder = path if bare else f"{path}/.git"
    yield StringCommand(
        "git --git-dir",
        QuoteString(folder),
        "symbolic-ref HEAD",
        QuoteString(f"refs/heads/{branch}"),
    )
    if owner is not None:
        yield StringCommand("chown --recursive --", QuoteString(owner), QuoteString(path))
