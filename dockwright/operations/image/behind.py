"""A registry that does not answer when it is to be pushed to: what it lacks, and what comes of it.

It is no end of a run, which does what it can: the next one that finds the registry up pushes to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyinfra import host

from dockwright.box.this_run import note
from dockwright.errors import DockwrightError, NotReady
from dockwright.operations.image.asked import one_answers, why
from dockwright.registry.login import LoginSource


def behind(
    registry: str,
    error: DockwrightError,
    lacking: Sequence[str],
    others: Mapping[str, LoginSource],
) -> None:
    """Have a person know that ``registry`` does not answer, and what it lacks by that.

    A plan calls it a difference that it lacks some; a run fails by it only where no other
    registry has them.

    Args:
        registry: ``host[:port][/path]``.
        error: what it, or its box, says.
        lacking: names of the images that it never had from here, or gave.
        others: registries that have the same images, with their logins.

    Raises:
        NotReady: it lacks some, and a plan asks; or none of ``others`` answers either.

    Example::

        behind("192.168.50.21:5000", error, ["web"], {"192.168.50.20:5000": login})
    """
    reason = f"registry {registry}: could not be asked ({why(registry, error)})"
    if not lacking:
        note(host.state, f"{reason}; it has had all that box {host.name} has")
        host.noop(reason)
        return
    names = ", ".join(lacking)
    its = f"it is behind, and lacks {names}; the next run that finds it up pushes to it"
    if not host.state.is_executing or not one_answers(others):
        raise NotReady(f"{reason}; {its}")
    note(host.state, f"{reason}; {its}")
    host.noop(f"{reason}; {its}")
