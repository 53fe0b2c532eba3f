"""A place that all boxes reach before any goes on."""

from __future__ import annotations

from pyinfra import host

from dockwright.commands.declare import Commands, operation


@operation()
def barrier() -> Commands:
    """Let no box go on before every box is here; changes nothing.

    pyinfra runs the operations of boxes side by side, the first of each, the second of each, and
    so on: what one box needs of another is in order only behind an operation that both have.

    Example::

        barrier(name="all boxes are Docker servers")
    """
    host.noop("all boxes are here")
    yield from ()
