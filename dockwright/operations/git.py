"""Git repositories that a box keeps."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.errors import DockwrightError
from dockwright.facts.git import Repository
from dockwright.operations.declare import Commands, operation


@operation()
def repository(path: str, bare: bool = True, branch: str = "master") -> Commands:
    """Have a git repository at ``path``; one that is there is left as it is.

    Args:
        path: absolute path.
        bare: without a work tree, as a place to push to.
        branch: the first branch's name.

    Raises:
        OperationError: something else is at ``path``.

    Example:
        >>> git.repository("/srv/projectwiki")  # doctest: +SKIP
    """
    found = host.get_fact(Repository, path)
    if found in ("bare", "work tree"):
        host.noop(f"{path} is a repository")
        return
    if found == "other":
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
