"""/etc/hosts of a box."""

from __future__ import annotations

from collections.abc import Iterable

from pyinfra.api import FactBase


class HostsFile(FactBase[list[str]]):
    """Its lines.

    Example:
        >>> host.get_fact(HostsFile)[0]  # doctest: +SKIP
        '127.0.0.1 localhost'
    """

    def command(self) -> str:
        return "cat /etc/hosts 2>/dev/null || true"

    @staticmethod
    def default() -> list[str]:
        return []

    def process(self, output: Iterable[str]) -> list[str]:
        return list(output)
