"""Who writes to the registry, and who reads: a login's files count at once."""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe

from pyinfra import host
from pyinfra.api import HiddenValue

from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.box.secret import get_unseen
from dockwright.box.this_run import note
from dockwright.commands.declare import Commands, operation
from dockwright.commands.secret import hides, reveal
from dockwright.errors import DockwrightError
from dockwright.facts.registry import Login
from dockwright.operations.registry.files import FOLDERS, file, put_right
from dockwright.registry import htpasswd, places
from dockwright.site.moment import is_before

_SHORT = 12  # characters: a registry is asked some hundred times a second


@hides("password")
@operation()
def login(
    user: str = "dockwright",
    password: str | HiddenValue | None = None,
    reader: bool = False,
    since: datetime | None = None,
) -> Commands:
    """A login of the registry; the password is kept on its host, in a file of mode 0600.

    There are two: one that writes, for who pushes, and one that only reads.

    One that others than root could have read there, or its hash, is made anew; one that is
    given can't be, and the run says that it may be known.

    Args:
        user: the name of the login that writes; the reader's is ``dockwright-reader``.
        password: 1 to 72 bytes; None keeps the one in the file, and makes one on first use.
        reader: whether it is the login that reads.
        since: one that the host made before is made anew; a moment that is still to come counts
            from then on.

    Raises:
        DockwrightError: a user or password that bcrypt or htpasswd cannot hold, or the reader's
            name for the one that writes.

    Example::

        registry.login()
    """
    at = places.READER_PASSWORD if reader else places.PASSWORD
    hashed = places.READERS if reader else places.HTPASSWD
    if reader:
        user = places.READER
    elif user == places.READER:
        raise DockwrightError(f"registry user {user}: is the one that reads; name another")
    found = get_unseen(host, Login, *([True] if reader else []))
    kept = found.texts.get("password")
    wanted = reveal(password)
    # of their folders others of these operations may have put the mode right already
    open_files = [path for path in (at, hashed) if found.exposed(path)]
    if open_files and kept is not None and wanted in (None, kept):
        may_be_known = f"{' and '.join(open_files)}: others could have read it"
        if wanted is not None:
            may_be_known += "; the password is given: change it where it comes from"
        log.info(host, f"registry's login: {may_be_known}{'' if wanted else '; a new password'}")
    if wanted is None:
        # the generator runs once to prepare and once to execute: what the first makes is dropped
        made, now = (float(found.texts.get(label, "0")) for label in ("made", "now"))
        is_old = is_before(made, since, now)
        wanted = token_urlsafe(32) if open_files or is_old or not kept else kept
    htpasswd.check(user, wanted, at if wanted == kept else "registry password")
    if password is not None and len(wanted) < _SHORT:
        note(
            host.state,
            f"registry's login {user}: a password of fewer than {_SHORT} characters can be "
            "guessed; give a longer one, or none, and one is made",
        )
    wrong = found.wrong(places.HOME, at, places.SETTINGS, hashed)
    yield from put_right([path for path in wrong if path in FOLDERS], found)
    if kept != wanted or at in wrong:
        log.changes(host, [Change("~" if kept else "+", at, (f"of user {user}",))])
        yield file(at, wanted)
        wrong.append(at)
    current = htpasswd.is_current(found.texts.get("htpasswd"), user, wanted)
    if not current or hashed in wrong:
        sign: Sign = "~" if found.texts.get("htpasswd") else "+"
        log.changes(host, [Change(sign, hashed, (f"user {user}",))])
        yield file(hashed, htpasswd.line(user, wanted))
    elif not wrong:
        host.noop(f"the registry's login {user} is current")
