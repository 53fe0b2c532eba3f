"""gevent's patches, made at the start of the `dockwright` command: pyinfra runs on gevent."""

from __future__ import annotations

from importlib import metadata

from gevent import monkey


def patch() -> None:
    """Patch the standard library, before sockets and TLS are imported anywhere.

    gevent offers each of some twenty steps to plugins, and looks each time for those in all
    installed packages: 0.24 s of processor time of 0.4. Here it is told what was found once.

    Example::

        patch()
    """
    look, entry_points = metadata.entry_points, metadata.entry_points()
    metadata.entry_points = lambda **wanted: entry_points.select(**wanted)  # type: ignore[assignment]
    try:
        monkey.patch_all()
    finally:
        metadata.entry_points = look
