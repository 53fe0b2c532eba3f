"""What registries keep as a person reads it: tables of images and builds, and what went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dockwright.registry.kept.listing import Listing
from dockwright.registry.kept.retention import Freed, Gone
from dockwright.registry.kept.rows import BuildRow, ImageRow, Usage, builds_of
from dockwright.run.wording.columns import table, wrapped
from dockwright.status.cells import age, size
from dockwright.text import line as shown


def images(rows: Sequence[ImageRow], kept: Listing) -> Iterator[str]:
    """A line an image, the largest first.

    Example:
        >>> list(images([], Listing()))
        ['no images']
    """
    if not rows:
        yield "no images"
        return
    head = ("image", "builds", "needed", "tags", "size", "its own", "pushed")
    cells = [
        (
            shown(row.image),
            *map(str, (row.builds, row.pinned, row.tags)),
            *(size(row.size), size(row.own), _ago(kept, row.pushed)),
        )
        for row in rows
    ]
    yield from table([head, *cells], numbers=range(1, 7))


def builds(rows: Sequence[BuildRow], kept: Listing) -> Iterator[str]:
    """A line a build, the newest first, with its tags and who needs it.

    Example:
        >>> list(builds([], Listing()))
        ['no builds']
    """
    if not rows:
        yield "no builds"
        return
    cells = [
        (
            row.digest[7:19],
            _ago(kept, row.pushed),
            *(size(row.size), size(row.own)),
            "; ".join(filter(None, [", ".join(map(shown, row.tags)) or "-", _needed(row)])),
        )
        for row in rows
    ]
    head = ("digest", "pushed", "size", "its own", "tags; who needs it")
    yield from table([head, *cells], numbers=(1, 2, 3), wide=4)


def _needed(row: BuildRow) -> str:
    return f"for {', '.join(map(shown, row.pinned))}" if row.pinned else ""


def whole(of: Usage, generations: int | None) -> Iterator[str]:
    """What a registry takes, and what of it could go.

    Example::

        list(whole(usage(kept, {}, 3), 3))[0]  # '3 images, 12 builds: 420 MiB in 96 blobs'
    """
    yield f"{of.images} images, {of.builds} builds: {size(of.size)} in {of.blobs} blobs"
    yield f"{size(of.shared)} more if they shared nothing"
    yield f"{size(of.unnamed)} that no image needs, {of.uploads} uploads begun"
    if of.going:
        newest = "" if generations is None else f" beyond the newest {generations} of each"
        yield f"{of.going} builds{newest} that nothing needs: {size(of.retention)}"
    elif generations is None:
        yield "every build with a tag is kept: dockwright_registry_generations is not given"
    yield f"{size(of.free)} of {size(of.disk)} left on its disk"


def went(gone: Sequence[Gone], freed: Freed, dry_run: bool) -> Iterator[str]:
    """What a collection took away, and the room that this made.

    Example:
        >>> list(went([], Freed(), False))
        ['0 builds removed, 0 B freed, 0 uploads that were broken off']
    """
    its = builds_of(gone)
    for one in its:
        names = ", ".join(map(shown, one.tags)) or "no tag"
        text = f"- {shown(one.repository)} {one.digest[7:19]} ({names}): {one.why}"
        yield from wrapped([text], "", "    ")
    done = ("would go", "to be freed") if dry_run else ("removed", "freed")
    yield (
        f"{len(its)} builds {done[0]}, {size(freed.size)} {done[1]}, {freed.uploads} uploads that "
        "were broken off"
    )


def unsound(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is not sound, a line each: where, and what.

    Example:
        >>> list(unsound([("web:1", "its manifest is not there")]))
        ['! web:1: its manifest is not there']
    """
    for where, what in found:
        yield from wrapped([f"! {shown(where, 200)}: {shown(what, 300)}"], "", "    ")


def _ago(kept: Listing, time: float) -> str:
    return f"{age(max(kept.now - time, 0.0))} ago"
