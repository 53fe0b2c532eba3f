"""Git repositories of a box."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote

from pyinfra.api import FactBase


class Repository(FactBase[str]):
    """What is at ``path``: ``bare``, ``work tree``, ``absent``, ``empty`` or ``other``.

    Example:
        >>> host.get_fact(Repository, "/srv/projectwiki")  # doctest: +SKIP
        'bare'
    """

    def command(self, path: str) -> str:
        where = quote(path)
        return (
            f"if [ ! -e {where} ]; then echo absent; "
            f"elif [ -e {where}/HEAD ] && [ -d {where}/objects ]; then echo bare; "
            f"elif [ -e {where}/.git ]; then echo 'work tree'; "
            f'elif [ -d {where} ] && [ -z "$(ls -A {where})" ]; then echo empty; '
            f"else echo other; fi"
        )

    @staticmethod
    def default() -> str:
        return "absent"

    def process(self, output: Iterable[str]) -> str:
        return next(iter(output), "absent")
