"""A question to the person at the terminal, while the connections to the boxes live on."""

from __future__ import annotations

import click
import gevent


def confirmed(question: str) -> bool:
    """Whether the answer is yes; asked in a thread of its own, since a prompt stops all greenlets.

    Raises:
        click.Abort: there is nobody to ask.

    Example:
        >>> confirmed("Apply it?")  # doctest: +SKIP
        True
    """
    pool = gevent.get_hub().threadpool
    return bool(pool.apply(click.confirm, (question,), {"err": True}))
