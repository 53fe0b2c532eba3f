"""Git repositories that a box keeps."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.errors import DockwrightError
from dockwright.facts.git import Repository
from dockwright.operations.declare import Commands, operation


@operation()
def repository(
    path: str, bare: bool = True, branch: str = "master", owner: str = "0:0"
) -> Commands:
    """Have a git repository at ``path``; what one that is there holds is left as it is.

    Args:
        path: absolute path.
        bare: without a work tree, as a place to push to.
        branch: the first branch's name.
        owner: user and group, as numbers; all below ``path`` is given to them where the folder
            itself is another's.

    Raises:
        OperationError: something else is at ``path``.

    Example:
        >>> git.repository("/srv/projectwiki")  # doctest: +SKIP
    """
    found = host.get_fact(Repository, path)
    give = StringCommand("chown --recursive", QuoteString(owner), QuoteString(path))
    if found.kind in ("bare", "work tree"):
        if found.owner == owner:
            host.noop(f"{path} is a repository")
        else:
            yield give
        return
    if found.kind == "other":
        raise DockwrightError(
            f"box {host.name}: {path}: there, and no git repository; move it away, or make it one"
        )
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
    if owner != "0:0":
        yield give
