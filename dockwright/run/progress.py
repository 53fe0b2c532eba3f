"""pyinfra's own lines of progress, as its command prints them."""

from __future__ import annotations

import logging

import click
from pyinfra import logger
from pyinfra.api.output import set_echo, set_formatter
from pyinfra_cli.log import LogFormatter

from dockwright.terminal import Handler, echo


def show_progress(colour: bool | None) -> None:
    """Have pyinfra say on standard error what it does, from now on.

    Args:
        colour: False for none; None where standard error is a terminal.

    Example:
        >>> show_progress(None)  # doctest: +SKIP
    """
    handler = Handler(color=colour)
    handler.setFormatter(LogFormatter())
    set_formatter(click.style)
    set_echo(echo)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
