"""Volumes of a box's engine that nobody named, and that no container has."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dockwright.box.fact import Fact
from dockwright.engine.place import USE

_UNNAMED = re.compile(r"[0-9a-f]{64}")


class LeftVolumes(Fact[tuple[str, ...]]):
    """Their names, which the engine chose; none where it does not run.

    Example::

        host.get_fact(LeftVolumes)  # ('0f3c…',)
    """

    about = "volumes that no container has"

    def script(self) -> str:
        return (
            f"{USE}\ncase $state in ready*) docker volume ls --quiet --filter dangling=true ;; esac"
        )

    @staticmethod
    def default() -> tuple[str, ...]:
        return ()

    def read(self, said: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(line for line in said if _UNNAMED.fullmatch(line)))
