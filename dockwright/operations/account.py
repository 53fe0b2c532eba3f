"""Accounts of services, whose number is what counts: containers and files know no names."""

from __future__ import annotations

import re
from shlex import quote

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.commands.declare import Commands, operation
from dockwright.errors import DockwrightError
from dockwright.facts.account import Account

# digits alone would be looked up as a number, and a leading - read as an option
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")


@operation()
def service(user: str, number: int, home: str, mode: str = "700") -> Commands:
    """Have a user and a group of one number, without a shell, and their home folder.

    Debian gives numbers from 999 down to accounts of packages: where another account has the
    number already, this one is made beside it on the same number, and the log says so. Files
    and containers know the number only.

    Args:
        user: name of user and group.
        number: of both.
        home: absolute path.
        mode: of the home folder, octal.

    Raises:
        OperationError: the user exists with another number, a name no user can have, or a home
            that is not absolute.

    Example::

        account.service("stash", 998, "/srv/stash")
    """
    if not _USER.fullmatch(user):
        raise DockwrightError(
            f"user {user!r}: no name of a user; begin with a letter, and use letters, digits, "
            "_ . and -"
        )
    if not home.startswith("/"):
        raise DockwrightError(f"user {user}: home {home!r}: not absolute; write it from /")
    if ":" in home or not home.isprintable():
        raise DockwrightError(f"user {user}: home {home!r}: /etc/passwd can't hold it; rename it")
    account = host.get_fact(Account, user, number, home)
    changed = False
    if account.group and account.group[2] != str(number):
        raise DockwrightError(
            f"box {host.name}: group {user}: has number {account.group[2]}, not {number}; its "
            f"files would be lost to it: move them, or give it number {account.group[2]}"
        )
    if account.user and account.user[2] != str(number):
        raise DockwrightError(
            f"box {host.name}: user {user}: has number {account.user[2]}, not {number}; its files "
            f"would be lost to it: move them, or give it number {account.user[2]}"
        )
    if not account.group:
        changed = True
        log.changes(host, [Change("+", f"group {user}", (f"number {number}",))])
        yield StringCommand("groupadd --non-unique --gid", str(int(number)), QuoteString(user))
    if not account.user:
        changed = True
        others = [holder for holder in account.holders if holder != user]
        if others:
            log.info(host, f"user {user}: number {number} is {', '.join(others)}'s too on this box")
        log.changes(host, [Change("+", f"user {user}", (f"number {number}", home))])
        yield StringCommand(
            "useradd --non-unique --no-create-home --shell /usr/sbin/nologin --uid",
            str(int(number)), "--gid", QuoteString(user), "--home-dir", QuoteString(home),
            QuoteString(user),
        )  # fmt: skip
    elif account.user[5] != home or account.user[3] != str(number):
        changed = True
        now = f"home {account.user[5]}, group {account.user[3]} → {home}, {number}"
        log.changes(host, [Change("~", f"user {user}", (now,))])
        yield _put_right(user, number, home)
    if account.home != f"{mode} {number}:{number} directory":
        changed = True
        sign: Sign = "~" if account.home else "+"
        becomes = f"{mode} {number}:{number}"
        details = f"{account.home} → {becomes} directory" if account.home else becomes
        log.changes(host, [Change(sign, home, (details,))])
        owner = str(int(number))
        yield StringCommand(
            "install -d -m", QuoteString(mode), "-o", owner, "-g", owner, QuoteString(home)
        )
    if not changed:
        host.noop(f"user {user} and {home} are current")


def _put_right(user: str, number: int, home: str) -> StringCommand:
    """Group and home in /etc/passwd, under its lock.

    usermod refuses while any process has the number, such as the leaf's own.
    """
    literal = re.sub(r"([\\&|])", r"\\\1", home)
    name = user.replace(".", r"\.")
    entry = rf"s|^({name}:[^:]*:[^:]*):[^:]*:([^:]*):[^:]*:|\1:{int(number)}:\2:{literal}:|"
    editor = f"EDITOR=sed -i -E {quote(entry)}"
    return StringCommand("env --unset=VISUAL", QuoteString(editor), "vipw -q")
