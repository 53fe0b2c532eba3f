"""Lines about a box, by pyinfra's logger: whatever stands in them is safe for a terminal."""

from __future__ import annotations

from pyinfra import logger
from pyinfra.api.host import Host
from pyinfra.api.output import format_text

from dockwright.text import block


def info(host: Host, text: str) -> None:
    """Say what happens; of an operation that is planned, it is the reason.

    Example:
        >>> info(host, "zenweb.web.1: up after 2.0 s")  # doctest: +SKIP
    """
    host.log(block(text))


def warning(host: Host, text: str) -> None:
    """Say what went another way than it should.

    Example:
        >>> warning(host, "zenweb: built instead of pulled")  # doctest: +SKIP
    """
    logger.warning("%s%s", host.print_prefix, block(text))


def error(host: Host, text: str) -> None:
    """Say what failed, in red.

    Example:
        >>> error(host, "zenweb: not built")  # doctest: +SKIP
    """
    logger.error("%s%s", host.print_prefix, format_text(block(text), "red"))
