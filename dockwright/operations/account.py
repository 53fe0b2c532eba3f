"""Accounts of services, whose number is what counts: containers and files know no names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from shlex import quote

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, operation
from dockwright.errors import DockwrightError
from dockwright.facts.account import Account, ServiceAccount
from dockwright.operations.boot.given import given

# digits alone would be looked up as a number, and a leading - read as an option
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")


# whose home is none, as packages of Debian write it
_NO_HOME = "/nonexistent"
_NO_SHELL = ("nologin", "false")


@operation()
def service(
    user: str,
    number: int,
    home: str | None = None,
    mode: str = "700",
    former: int | None = None,
    leaf: str | None = None,
) -> Commands:
    """Have a user and a group of one number, without a shell, and their home folder.

    Debian gives numbers from 999 down to accounts of packages, and from 1000 to 60000 to people;
    60706 to 61183 are nobody's (systemd's UIDS-GIDS.md), and `useradd` does not go on from there.
    Where another account has the number already, this one is made
    beside it on the same number, and the log says so. Files and containers know the number only.

    A user without a shell and with the same home may have another number as yet: it gets this one,
    and what is of the former number in its home goes over with it. Its entry of /etc/passwd is
    changed last, so that a run that was interrupted is gone on with.

    Args:
        user: name of user and group.
        number: of both.
        home: absolute path; None: it has none.
        mode: of the home folder, octal.
        former: a number whose the home may be: then what is of that number in it goes over too.
        leaf: what writes to the home: it stops before files go over, and its `boot.job` starts it
            again.

    Raises:
        OperationError: a user or group of that name with another number is somebody else's, a
            name no user can have, or a home that is not absolute.

    Example::

        account.service("stash", 60801, "/srv/stash", former=998, leaf="stash")
    """
    _check(user, home)
    account = host.get_fact(Account, user, number, home or _NO_HOME)
    owner = f"{int(number)}:{int(number)}"
    before = _before(account, user, number, home or _NO_HOME)
    owned = account.home.split(" ")[1] if home is not None and account.home else None
    if former is not None and owned is not None and owned.partition(":")[0] == str(former):
        before = {*before, owned}
    before -= {owner}
    changed = False
    if home is not None and owned is not None and before:
        changed = True
        yield from given(home, owner, sorted(before), leaf)
    for command in _entries(account, user, number, home or _NO_HOME):
        changed = True
        yield command
    if home is not None and account.home != f"{mode} {owner} directory":
        if not (owned in before and account.home == f"{mode} {owned} directory"):
            becomes = f"{mode} {owner}"
            details = f"{account.home} → {becomes} directory" if account.home else becomes
            log.changes(host, [Change("~" if account.home else "+", home, (details,))])
        changed = True
        each = str(int(number))
        yield StringCommand(
            "install -d -m", QuoteString(mode), "-o", each, "-g", each, QuoteString(home)
        )
    if not changed:
        host.noop(
            f"user {user} is current" if home is None else f"user {user} and {home} are current"
        )


def _check(user: str, home: str | None) -> None:
    if not _USER.fullmatch(user):
        raise DockwrightError(
            f"user {user!r}: no name of a user; begin with a letter, and use letters, digits, "
            "_ . and -"
        )
    if home is None:
        return
    if not home.startswith("/"):
        raise DockwrightError(f"user {user}: home {home!r}: not absolute; write it from /")
    if ":" in home or not home.isprintable():
        raise DockwrightError(f"user {user}: home {home!r}: /etc/passwd can't hold it; rename it")


def _before(account: ServiceAccount, user: str, number: int, home: str) -> set[str]:
    """The numbers that user and group have instead, as ``UID:GID``; none where they are right."""
    uid = account.user[2] if account.user else str(number)
    gid = account.group[2] if account.group else (account.user[3] if account.user else str(number))
    wrong = [("group", gid)] if account.group and gid != str(number) else []
    wrong += [("user", uid)] if uid != str(number) else []
    if not wrong:
        return set()
    shell = account.user[6].rpartition("/")[2] if account.user else ""
    if shell in _NO_SHELL and account.user[5] == home:
        return {f"{uid}:{gid}"}
    what, has = wrong[0]
    raise DockwrightError(
        f"box {host.name}: {what} {user}: has number {has}, not {number}, and may be somebody "
        f"else's, which has a shell or another home: give the service another name, or number {has}"
    )


def _entries(account: ServiceAccount, user: str, number: int, home: str) -> Iterator[StringCommand]:
    """The commands that make or change the entries of /etc/group and /etc/passwd."""
    if not account.group:
        log.changes(host, [Change("+", f"group {user}", (f"number {number}",))])
        yield StringCommand("groupadd --non-unique --gid", str(int(number)), QuoteString(user))
    elif account.group[2] != str(number):
        details = (f"number {account.group[2]} → {number}",)
        log.changes(host, [Change("~", f"group {user}", details)])
        yield _renumbered(user, number)
    _, _, uid, gid, _, lives, _ = account.user or [""] * 7
    others = [holder for holder in account.holders if holder != user]
    if others and uid != str(number):
        log.info(host, f"user {user}: number {number} is {', '.join(others)}'s too on this box")
    if not account.user:
        log.changes(host, [Change("+", f"user {user}", (f"number {number}", home))])
        yield StringCommand(
            "useradd --non-unique --no-create-home --shell /usr/sbin/nologin --uid",
            str(int(number)), "--gid", QuoteString(user), "--home-dir", QuoteString(home),
            QuoteString(user),
        )  # fmt: skip
    elif uid != str(number):
        log.changes(host, [Change("~", f"user {user}", (f"number {uid} → {number}",))])
        yield _put_right(user, number, home)
    elif lives != home or gid != str(number):
        now = f"home {lives}, group {gid} → {home}, {number}"
        log.changes(host, [Change("~", f"user {user}", (now,))])
        yield _put_right(user, number, home)


def _renumbered(group: str, number: int) -> StringCommand:
    """The number in /etc/group, under its lock.

    groupmod would give it to every user whose first group has the former number too, such as a
    service of the box: groupmod(8), "Users who use the group as primary group will be updated".
    """
    name = group.replace(".", r"\.")
    return _edited("vigr", rf"s|^({name}:[^:]*):[^:]*:|\1:{int(number)}:|")


def _put_right(user: str, number: int, home: str) -> StringCommand:
    """Number, group and home in /etc/passwd, under its lock.

    usermod refuses while any process has the number, such as the leaf's own, or that of a service
    of the box which has the same.
    """
    literal = re.sub(r"([\\&|])", r"\\\1", home)
    name = user.replace(".", r"\.")
    both = f"{int(number)}:{int(number)}"
    return _edited(
        "vipw", rf"s|^({name}:[^:]*):[^:]*:[^:]*:([^:]*):[^:]*:|\1:{both}:\2:{literal}:|"
    )


def _edited(editor: str, expression: str) -> StringCommand:
    """What vipw or vigr does when its editor applies a sed expression.

    It takes a file for unchanged that has the same second as before; so it waits for the next.
    """
    command = f"EDITOR=sleep 1; sed -i -E {quote(expression)}"
    return StringCommand("env --unset=VISUAL", QuoteString(command), f"{editor} -q")
