"""What a command tells of itself, without being run: whole files, and lines in words.

Each command of ours has ``told()``, an iterator of these. `dockwright.run.describe` knows besides
only pyinfra's own commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pyinfra.api.command import PyinfraCommand


@dataclass(frozen=True)
class WholeFile:
    """A whole file that a command would write; ``mode`` None and ``owner`` empty: as they are."""

    path: str  # on the box
    text: str  # all that it would have
    mode: int | None = None  # as chmod takes it, such as 0o644
    owner: str = ""  # ``user:group``, as names or numbers


@dataclass(frozen=True)
class Words:
    """A line: what would be done, why, or what is ``missing`` for it as yet.

    ``awaited`` is missing too, but the same run brings it.
    """

    line: str
    of: Literal["command", "reason", "missing", "awaited"] = "command"


def told_of(command: PyinfraCommand) -> Iterator[WholeFile | Words]:
    """What ``command`` tells of itself; one that tells nothing is shown as it calls itself.

    Example::

        list(told_of(Line.of("systemctl daemon-reload")))
        # [Words(line='systemctl daemon-reload', of='command')]
    """
    telling = getattr(command, "told", None)
    if telling is None:
        yield Words(repr(command))
    else:
        yield from telling()
