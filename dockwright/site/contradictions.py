"""Values of a site's data that are each allowed, and not together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dockwright.site.mistakes import PREFIX

if TYPE_CHECKING:
    from dockwright.site.settings import Settings


def contradictions(made: Settings) -> Iterator[str]:
    """Each in words, with the way out.

    Example:
        >>> from dockwright.site.settings import Settings
        >>> list(contradictions(Settings(steady_seconds=5, wait_seconds=60)))
        []
    """
    if made.steady_seconds >= made.wait_seconds:
        yield (
            f"{PREFIX}steady_seconds = {made.steady_seconds:g}: no container could be up within "
            f"{PREFIX}wait_seconds = {made.wait_seconds:g}; make the first one less"
        )
    if made.update_engine and made.engine_version is not None:
        yield (
            f"{PREFIX}update_engine = True: {PREFIX}engine_version = {made.engine_version} keeps it"
            " at that version; leave one of them out"
        )
