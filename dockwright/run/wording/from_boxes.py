"""What a registry was given by boxes, as a person reads it: a row an image, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dockwright.registry.kept.from_boxes import Lost
from dockwright.run.wording.columns import wrapped
from dockwright.text import line as shown

# an image, the box that gave it, the tags that it was given, and why it is not whole there
Came = tuple[Lost, str, Sequence[str], str]
_MOST = 5  # of those that need an image


def lacks(lost: Sequence[Lost], signs: bool) -> Iterator[str]:
    """What no registry has, and which boxes hold it.

    Args:
        lost: what is needed.
        signs: whether the site signs its images: else no tag is set.

    Example:
        >>> list(lacks([], True))
        ['lacks 0 images that boxes hold']
    """
    held = [one for one in lost if one.holders]
    for one in held:
        boxes = ", ".join(holder.box for holder in one.holders[:_MOST])
        yield from _row(" ", one, one.tags, f"on box {boxes}; {_needed(one)}")
    yield from _held_by_none(lost)
    if held and not signs:
        yield from wrapped([_NO_TAGS], "", "  ")
    yield f"lacks {len(held)} images that boxes hold"


def came(lost: Sequence[Lost], rows: Sequence[Came], unsigned: Sequence[str]) -> Iterator[str]:
    """What became of each, and what an admin may sign.

    Args:
        lost: what was needed.
        rows: what was tried.
        unsigned: ``name@digest`` of those that came and are not signed.

    Example:
        >>> list(came([], [], []))
        ['was given 0 of 0 images that boxes hold']
    """
    given = [row for row in rows if row[1]]
    for one, source, tags, _ in given:
        yield from _row("+", one, tags, f"from box {source}; {_needed(one)}")
    for one, _, _, why in rows:
        if why:
            yield from _row("!", one, (), f"{why}; {_needed(one)}")
    yield from _held_by_none(lost)
    if unsigned:
        yield from wrapped([_NOT_SIGNED], "", "  ")
        yield from (f"  dockwright images sign {shown(name, 400)}" for name in unsigned)
    yield f"was given {len(given)} of {len(rows)} images that boxes hold"


_NOT_SIGNED = (
    "not signed, and taken by no run until they are: boxes held them, and one that was broken "
    "into holds what it likes. Those that you know to be the site's own, sign:"
)
_NO_TAGS = "no tag will be set: this site signs nothing, and a run would believe a tag of a box's"


def _held_by_none(lost: Iterable[Lost]) -> Iterator[str]:
    for one in lost:
        if not one.holders:
            text = f"- {one.digest[:19]}: no box holds it; {_needed(one)}"
            yield from wrapped([text], "", "    ")


def _row(sign: str, one: Lost, tags: Sequence[str], further: str) -> Iterator[str]:
    names = f" ({', '.join(map(shown, tags))})" if tags else ""
    text = f"{sign} {shown(one.repository)} {one.digest[:19]}{names}: {shown(further, 600)}"
    yield from wrapped([text], "", "    ")


def _needed(one: Lost) -> str:
    more = ", …" if len(one.who) > _MOST else ""
    return f"for {', '.join(map(shown, one.who[:_MOST]))}{more}"
