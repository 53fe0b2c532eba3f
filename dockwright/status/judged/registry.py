"""What of a registry is not well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from dockwright.status.read import Tended
from dockwright.status.rows import RegistryRow, Remark, worst


def registry_row(
    registry: str,
    box: str | None,
    images: Mapping[str, Sequence[str]] | None,
    size: int | None,
    why: str = "",
    collected: Tended | None = None,
    verified: Tended | None = None,
) -> RegistryRow:
    """The row of a registry.

    Args:
        registry: ``host[:port][/path]``.
        box: the box that it is on; None: it is somebody else's.
        images: the tags of each name that it has; None: it was not asked, or says nothing.
        size: what its data take, in bytes.
        why: why it says nothing; empty: it did, or was not asked.
        collected, verified: when it was, last, and what came of it.

    Example:
        >>> registry_row("reg:5000", "r", {"web": ["1", "sha256-0a.sig"]}, 9).tags
        1
    """
    found = [Remark("silent", why.removeprefix(f"registry {registry}: "))] if why else []
    found += _tended(collected, verified)
    tags = None
    if images is not None:
        tags = sum(not one.startswith("sha256-") for its in images.values() for one in its)
    names = None if images is None else len(images)
    return RegistryRow(
        registry, box, worst(found), tuple(found), names, tags, size,
        collected=_moment(collected),
        freed=None if collected is None else collected.number,
        verified=_moment(verified),
        flaws=None if verified is None else verified.number,
    )  # fmt: skip


def _tended(collected: Tended | None, verified: Tended | None) -> Iterator[Remark]:
    if verified is not None and verified.number:
        flaws = "flaw" if verified.number == 1 else "flaws"
        when = _moment(verified)
        text = f"{verified.number} {flaws} as it was verified, {when}: `dockwright registry verify`"
        yield Remark("wrong", f"{text} names what it concerns")
    for what, of in (("collection", collected), ("verification", verified)):
        if of is not None and of.number is None:
            text = f"its last {what} failed, {_moment(of)} ({of.why})"
            way = "gc" if of is collected else "verify"
            yield Remark("due", f"{text}: see `dockwright registry {way}`")


def _moment(of: Tended | None) -> str | None:
    return None if of is None else datetime.fromtimestamp(of.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def absent_registry(registry: str, box: str, why: str) -> RegistryRow:
    """The row of a registry on a box that a person left out.

    Example:
        >>> absent_registry("reg:5000", "hub", "left out by --skip").severity
        'absent'
    """
    return RegistryRow(registry, box, "absent", (Remark("absent", f"its box was {why}"),))
