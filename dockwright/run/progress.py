"""pyinfra's own lines of progress, as its command prints them."""

from __future__ import annotations

import logging

import click
from pyinfra import logger
from pyinfra.api.output import set_echo, set_formatter
from pyinfra_cli.log import LogFormatter


class _Lines(logging.Handler):
    def __init__(self, colour: bool | None) -> None:
        super().__init__()
        self._colour = colour
        self.setFormatter(LogFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(self.format(record), err=True, color=self._colour)


def show_progress(colour: bool | None) -> None:
    """Have pyinfra say on standard error what it does, from now on.

    Args:
        colour: False for none; None where standard error is a terminal.

    Example:
        >>> show_progress(None)  # doctest: +SKIP
    """
    set_formatter(click.style)
    set_echo(click.echo)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(_Lines(colour))
