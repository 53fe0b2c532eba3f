"""Passwords made on a box on first use, and kept there."""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.box.secret import get_unseen
from dockwright.commands.declare import Commands, operation
from dockwright.commands.expected import expect
from dockwright.commands.write import Write
from dockwright.errors import DockwrightError
from dockwright.facts.password import Password
from dockwright.registry.places import HOME
from dockwright.site.exposure import exposed
from dockwright.site.moment import is_before

# folders that hold nothing but secrets of ours
_OURS = f"{HOME}/"


@operation()
def kept(path: str, since: datetime | None = None) -> Commands:
    """Have a password in the file at ``path``: made once, and of mode 0600.

    It is made anew where others than root could have read it: by its mode and owner, where
    those of its folder did not keep them out. To make another by hand, remove the file.

    Args:
        path: absolute path; its folder is made with mode 0700.
        since: one that was made before is made anew; a moment that is still to come counts from
            then on.

    Raises:
        OperationError: not an absolute path, or one in a folder that others may write into.

    Example::

        password.kept("/etc/dockwright/leaves/stash.password")
    """
    folder = path.rpartition("/")[0]
    if not path.startswith("/") or not folder:
        raise DockwrightError(f"password file {path!r}: not an absolute path in a folder")
    file = get_unseen(host, Password, path)
    if not file.answered:
        raise DockwrightError(f"box {host.name}: {path}: not to be read; is sudo in order there?")
    was_open = bool(file.text) and exposed(file.access, file.folder)
    is_old = bool(file.text) and is_before(file.made, since, file.now)
    if file.text and file.access == "600:0:0" and not was_open and not is_old:
        host.noop(f"{path} keeps a password")
        return
    where = QuoteString(folder)
    if is_old:
        expect(str(host.name), [path])
    if was_open:
        log.info(host, f"{path}: others than root could have read it; a new password")
        expect(str(host.name), [path])
        if exposed("600:0:0", file.folder):
            if not folder.startswith(_OURS):
                raise DockwrightError(
                    f"box {host.name}: {path}: {folder} has {file.folder}: others may put their "
                    "own password there; give it to root, with mode 755, or give another path"
                )
            yield StringCommand("chown 0:0", where, "&& chmod 0700", where)
    if not file.text:
        # one that is there keeps its mode: it may be /etc
        yield StringCommand("[ -d", where, "] || install -d -m 0700", where)
    # the generator runs once to prepare and once to execute: what the first makes is dropped
    sign: Sign = "~" if file.text else "+"
    is_new = was_open or is_old or not file.text
    what = "a new password" if is_new else "its mode and owner"
    log.changes(host, [Change(sign, path, (what,))])
    kept_text = None if is_new else file.text
    yield Write(path, f"{kept_text or token_urlsafe(24)}\n", mode=0o600)
