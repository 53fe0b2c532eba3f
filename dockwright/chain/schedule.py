"""What may be built now: parents before children, side by side, the critical path first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

# An image's parents among those that are to be built; the others are there already.
Parents = Mapping[str, Collection[str]]


def startable(
    parents: Parents,
    *,
    done: Collection[str] = (),
    failed: Collection[str] = (),
    running: Collection[str] = (),
    limit: int,
) -> tuple[str, ...]:
    """The images to start now, the one with the longest chain of descendants first.

    Args:
        parents: every image to be built, parents before children, with its parents among them.
        done: those that are built.
        failed: those whose build failed; what descends from them is not started.
        running: those that are being built.
        limit: how many may be built at once.

    Example:
        >>> startable({"base": [], "side": [], "web": ["base"]}, limit=1)
        ('base',)
    """
    begun = {*done, *failed, *running}
    ready = [
        name
        for name, above in parents.items()
        if name not in begun and all(parent in done for parent in above)
    ]
    heights = _heights(tuple((name, tuple(above)) for name, above in parents.items()))
    ready.sort(key=lambda name: -heights[name])
    return tuple(ready[: max(0, limit - len(running))])


def descendants(parents: Parents, names: Collection[str]) -> dict[str, str]:
    """What is built upon ``names``: each with the one of ``names`` that it comes from.

    Example:
        >>> descendants({"base": [], "ruby": ["base"], "web": ["ruby"]}, ["base"])
        {'ruby': 'base', 'web': 'base'}
    """
    origins: dict[str, str] = {}
    for name, above in parents.items():
        for parent in above:
            if name not in names and (parent in names or parent in origins):
                origins.setdefault(name, origins.get(parent, parent))
    return origins


def critical_path(parents: Parents, seconds: Mapping[str, float]) -> tuple[str, ...]:
    """The chain of images that took longest: no number of builders is faster than it.

    Example:
        >>> critical_path({"base": [], "side": ["base"], "web": ["base"]},
        ...               {"base": 1.0, "side": 2.0, "web": 3.0})
        ('base', 'web')
    """
    ends: dict[str, float] = {}
    before: dict[str, str] = {}
    for name, above in parents.items():
        latest = max(above, key=lambda parent: ends[parent], default=None)
        if latest is not None:
            before[name] = latest
        ends[name] = seconds.get(name, 0.0) + (ends[latest] if latest is not None else 0.0)
    path: list[str] = []
    last = max(ends, key=lambda name: ends[name], default=None)
    while last is not None:
        path.insert(0, last)
        last = before.get(last)
    return tuple(path)


@lru_cache(maxsize=8)
def _heights(parents: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, int]:
    """How many images the longest chain has that begins with each; children come last."""
    heights = {name: 1 for name, _ in parents}
    for name, above in reversed(parents):
        for parent in above:
            heights[parent] = max(heights[parent], 1 + heights[name])
    return heights
