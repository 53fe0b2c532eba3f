"""The one way of our own words to standard output and standard error: safe for a terminal."""

from __future__ import annotations

import logging
from typing import Any

import click

from dockwright.text import coloured


def echo(
    message: Any = "", *, err: bool = False, nl: bool = True, color: bool | None = None
) -> None:
    """As `click.echo`; what is not printable is shown, but for line breaks, tabs and our colours.

    Example:
        >>> echo("gone\\x1b[2J")
        gone\\x1b[2J
    """
    click.echo(coloured(str(message)), err=err, nl=nl, color=color)


class Handler(logging.Handler):
    """Log records to standard error.

    Example:
        >>> Handler(logging.WARNING).level == logging.WARNING
        True
    """

    def __init__(self, level: int = logging.NOTSET, color: bool | None = None) -> None:
        super().__init__(level)
        self._color = color

    def emit(self, record: logging.LogRecord) -> None:
        """Write ``record``."""
        echo(self.format(record), err=True, color=self._color)
