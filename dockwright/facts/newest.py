"""How old files of a box are: what was written later than what reads it is not in use yet."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote

from dockwright.box.fact import Fact


class Newest(Fact[float]):
    """When the youngest of some files was written, in seconds since 1970; 0 where none is there.

    Example::

        host.get_fact(Newest, ["/etc/hosts"])  # 1795500000.0
    """

    about = "the age of files"

    def script(self, paths: list[str]) -> str:
        return f"stat -L -c %Y -- {' '.join(map(quote, paths))} 2>/dev/null || true"

    @staticmethod
    def default() -> float:
        return 0.0

    def read(self, lines: Iterable[str]) -> float:
        return max(map(float, lines), default=0.0)
