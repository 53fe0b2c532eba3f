"""Users and groups of a box."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from shlex import quote

from dockwright.box.fact import Fact
from dockwright.value import Value


@dataclass
class MemberState(Value):
    """Whether a user exists, and the groups it is in."""

    exists: bool = False
    groups: list[str] = field(default_factory=list)


class Member(Fact[MemberState]):
    """The groups of one user.

    Example::

        host.get_fact(Member, "vagrant").groups  # ['vagrant', 'docker']
    """

    about = "the groups of a user"

    def script(self, user: str) -> str:
        # from the files: `id` alone would tell the groups of the running session
        return f"id -Gn -- {quote(user)} 2>/dev/null || true"

    @staticmethod
    def default() -> MemberState:
        return MemberState()

    def read(self, lines: Iterable[str]) -> MemberState:
        groups = " ".join(lines).split()
        return MemberState(exists=bool(groups), groups=groups)


@dataclass
class ServiceAccount(Value):
    """A user, a group, who else has their number, and the home folder's mode and owner."""

    # the fields of its entry of passwd; empty: no such user
    user: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)  # of its entry of group; empty: no such group
    holders: list[str] = field(default_factory=list)  # names of all users with the number
    home: str = ""  # ``MODE UID:GID TYPE``, as stat has them; empty: not there


class Account(Fact[ServiceAccount]):
    """A service's user and group, and the folder at ``home``.

    Example::

        host.get_fact(Account, "stash", 60801, "/srv/stash").home
        # '700 60801:60801 directory'
    """

    about = "a service's account"

    def script(self, user: str, number: int, home: str) -> str:
        return (
            f"getent passwd {quote(user)} | sed 's/^/user:/'; "
            f"getent group {quote(user)} | sed 's/^/group:/'; "
            f"getent passwd | awk -F: '$3 == {int(number)} {{ print \"holder:\" $1 }}'; "
            f"stat -L -c 'home:%a %u:%g %F' {quote(home)} 2>/dev/null; true"
        )

    @staticmethod
    def default() -> ServiceAccount:
        return ServiceAccount()

    def read(self, lines: Iterable[str]) -> ServiceAccount:
        account = ServiceAccount()
        for line in lines:
            key, _, rest = line.partition(":")
            if key == "user":
                account.user = _fields(rest, 7)
            elif key == "group":
                account.group = _fields(rest, 4)
            elif key == "holder":
                account.holders.append(rest)
            elif key == "home":
                account.home = rest
        return account


def _fields(entry: str, number: int) -> list[str]:
    """The fields of an entry of /etc/passwd (7) or /etc/group (4); see passwd(5), group(5)."""
    fields = entry.split(":")
    if len(fields) != number:
        raise ValueError(f"{len(fields)} fields of {number} in an entry of getent")
    return fields
