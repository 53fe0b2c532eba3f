"""Users and groups of a box."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from shlex import quote

from pyinfra.api import FactBase


@dataclass
class MemberState:
    """Whether a user exists, and the groups it is in."""

    exists: bool = False
    groups: list[str] = field(default_factory=list)


class Member(FactBase[MemberState]):
    """The groups of one user.

    Example:
        >>> host.get_fact(Member, "vagrant").groups  # doctest: +SKIP
        ['vagrant', 'docker']
    """

    def command(self, user: str) -> str:
        # from the files: `id` alone would tell the groups of the running session
        return f"id -Gn -- {quote(user)} 2>/dev/null || true"

    @staticmethod
    def default() -> MemberState:
        return MemberState()

    def process(self, output: Iterable[str]) -> MemberState:
        groups = " ".join(output).split()
        return MemberState(exists=bool(groups), groups=groups)


@dataclass
class ServiceAccount:
    """A user, a group, who else has their number, and the home folder's mode and owner."""

    user: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    holders: list[str] = field(default_factory=list)
    home: str = ""


class Account(FactBase[ServiceAccount]):
    """A service's user and group, and the folder at ``home``.

    Example:
        >>> host.get_fact(Account, "stash", 998, "/srv/stash").home  # doctest: +SKIP
        '700 998:998'
    """

    def command(self, user: str, number: int, home: str) -> str:
        return (
            f"getent passwd {quote(user)} | sed 's/^/user:/'; "
            f"getent group {quote(user)} | sed 's/^/group:/'; "
            f"getent passwd | awk -F: '$3 == {int(number)} {{ print \"holder:\" $1 }}'; "
            f"stat -L -c 'home:%a %u:%g %F' {quote(home)} 2>/dev/null; true"
        )

    @staticmethod
    def default() -> ServiceAccount:
        return ServiceAccount()

    def process(self, output: Iterable[str]) -> ServiceAccount:
        found = ServiceAccount()
        for line in output:
            kind, _, rest = line.partition(":")
            if kind == "user":
                found.user = rest.split(":")
            elif kind == "group":
                found.group = rest.split(":")
            elif kind == "holder":
                found.holders.append(rest)
            elif kind == "home":
                found.home = rest
        return found
