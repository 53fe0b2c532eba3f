"""The line of what failed on a box, in red, by pyinfra's logger."""

from __future__ import annotations

from pyinfra import logger
from pyinfra.api.host import Host
from pyinfra.api.output import format_text

from dockwright.text import block


def in_red(host: Host, text: str) -> None:
    """Say it; `dockwright.box.log.error` is what operations use, which notes the reason too.

    Example::

        in_red(host, "box web1: no answer")
    """
    logger.error("%s%s", host.print_prefix, format_text(block(text), "red"))
