"""One thing that an operation changes on a box, in as few words as a plan needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Sign = Literal["+", "~", "-"]
_SHORT = 13  # letters of a digest: its algorithm and six digits


@dataclass(frozen=True)
class Change:
    """What an operation says to a plan (`dockwright.box.log.change`); it becomes one line.

    Args:
        sign: ``+`` it is made, ``~`` it becomes another, ``-`` it goes.
        thing: its name, such as ``api.web.1`` or ``/etc/hosts``.
        details: what of it, each a few words: ``api@sha256:87b459…``, ``env GREETING``.
        address: the box's own; a plan leaves it out of details where several boxes change alike.

    Example:
        >>> Change("+", "api.web.1", ("10.0.0.5:8000→80", "env GREETING")).line
        '+ api.web.1  10.0.0.5:8000→80  env GREETING'
    """

    sign: Sign
    thing: str
    details: tuple[str, ...] = ()
    address: str = ""

    @property
    def line(self) -> str:
        """The whole of it."""
        return "  ".join([f"{self.sign} {self.thing}", *self.details])

    @property
    def anywhere(self) -> tuple[str, ...]:
        """Its details without the box's own address.

        Example:
            >>> Change("+", "api.web.1", ("10.0.0.5:8000→80",), "10.0.0.5").anywhere
            (':8000→80',)
        """
        if not self.address:
            return self.details
        return tuple(one.removeprefix(self.address) for one in self.details)


def short(digest: str) -> str:
    """A digest as a person tells it from another one.

    Example:
        >>> short("sha256:87b4590011223344")
        'sha256:87b459…'
    """
    return f"{digest[:_SHORT]}…" if len(digest) > _SHORT else digest


def became(old: str | None, new: str) -> str:
    """A digest in the place of another.

    Example:
        >>> became("sha256:fdd0aa1122", "sha256:d951bb3344"), became(None, "sha256:d951bb3344")
        ('sha256:fdd0aa…→sha256:d951bb…', 'sha256:d951bb…')
    """
    return short(new) if old is None else f"{short(old)}→{short(new)}"


def images(changes: Iterable[tuple[Sign, str, str]]) -> tuple[Change, ...]:
    """Images that change, each a sign, its name and a detail; those that change alike once.

    Example:
        >>> [one.line for one in images([("+", "ruby", ""), ("+", "web", ""), ("~", "x", "why")])]
        ['+ images ruby, web', '~ image x  why']
    """
    alike: dict[tuple[Sign, str], list[str]] = {}
    for sign, name, detail in changes:
        alike.setdefault((sign, detail), []).append(name)
    return tuple(
        Change(
            sign,
            f"image{'s' if len(names) > 1 else ''} {', '.join(names)}",
            (detail,) if detail else (),
        )
        for (sign, detail), names in alike.items()
    )


def once(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Things that change alike, as one change.

    Example:
        >>> [one.line for one in once([Change("~", "a", ("x",)), Change("~", "b", ("x",))])]
        ['~ a, b  x']
    """
    things: dict[tuple[Sign, tuple[str, ...], str], list[str]] = {}
    for one in changes:
        things.setdefault((one.sign, one.details, one.address), []).append(one.thing)
    return tuple(
        Change(sign, ", ".join(named), details, address)
        for (sign, details, address), named in things.items()
    )
