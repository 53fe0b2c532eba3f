"""Git repositories of a box."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from shlex import quote

from dockwright.box.fact import Fact
from dockwright.value import Value


@dataclass(frozen=True)
class RepositoryState(Value):
    """``kind``: ``bare``, ``work tree``, ``absent``, ``empty`` or ``other``; ``owner``: UID:GID."""

    kind: str = "absent"
    owner: str = ""


class Repository(Fact[RepositoryState]):
    """What is at ``path``.

    Example::

        host.get_fact(Repository, "/srv/projectwiki")
        # RepositoryState(kind='bare', owner='60802:60802')
    """

    about = "a repository"

    def script(self, path: str) -> str:
        where = quote(path)
        return (
            f"if [ ! -e {where} ]; then echo absent; "
            f"elif [ -e {where}/HEAD ] && [ -d {where}/objects ]; then echo bare; "
            f"elif [ -e {where}/.git ]; then echo 'work tree'; "
            f'elif [ -d {where} ] && [ -z "$(ls -A {where})" ]; then echo empty; '
            f"else echo other; fi; stat -L -c %u:%g {where} 2>/dev/null || true"
        )

    @staticmethod
    def default() -> RepositoryState:
        return RepositoryState()

    def read(self, lines: Iterable[str]) -> RepositoryState:
        state, owner, *_ = (*lines, "", "")
        return RepositoryState(state or "absent", owner)
