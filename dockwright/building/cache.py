"""BuildKit's cache kept within a bound, once it has grown: called where a chain was built."""

from __future__ import annotations

from dockwright import sdk
from dockwright.building.progress import Progress

GIB = 1 << 30


def bound(engine: sdk.APIClient, most: float, progress: Progress) -> None:
    """Have the engine forget what was not used for longest of a cache above ``most`` GiB.

    What a build uses at this moment stays, and so do images: a layer that both have is the image's.
    An engine that has no such bound is left alone.

    Example::

        bound(engine, 10, progress)
    """
    try:
        freed = engine.prune_builds(keep_storage=int(most * GIB), all=True)
    except sdk.InvalidVersion:
        return
    except sdk.APIError as error:
        progress.warn(
            f"BuildKit's cache is not kept within {most:g} GiB: {error.explanation or error}"
        )
        return
    if size := int(freed.get("SpaceReclaimed") or 0):
        progress.say(f"BuildKit's cache: {size / 1e6:.0f} MB freed, {most:g} GiB at most stay")
