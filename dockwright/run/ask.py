"""A question to the person at the terminal, while the connections to the boxes live on."""

from __future__ import annotations

import sys

import click
import gevent

from dockwright.errors import DockwrightError


def confirmed(question: str) -> bool:
    """Whether the answer is yes; asked in a thread of its own, since a prompt stops all greenlets.

    Raises:
        click.Abort: by Ctrl-C.
        DockwrightError: there is nobody to ask.

    Example:
        >>> confirmed("Apply it?")  # doctest: +SKIP
        True
    """
    pool = gevent.get_hub().threadpool
    try:
        return bool(pool.apply(click.confirm, (question,), {"err": True}))
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise DockwrightError(f"{question} nobody answers on standard input; say --yes") from None
