"""What of a registry is not well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dockwright.status.rows import RegistryRow, Remark, worst


def registry_row(
    registry: str,
    box: str | None,
    images: Mapping[str, Sequence[str]] | None,
    size: int | None,
    why: str = "",
) -> RegistryRow:
    """The row of a registry.

    Args:
        registry: ``host[:port][/path]``.
        box: the box that it is on; None: it is somebody else's.
        images: the tags of each name that it has; None: it was not asked, or says nothing.
        size: what its data take, in bytes.
        why: why it says nothing; empty: it did, or was not asked.

    Example:
        >>> registry_row("reg:5000", "r", {"web": ["1", "sha256-0a.sig"]}, 9).tags
        1
    """
    found = (Remark("silent", why.removeprefix(f"registry {registry}: ")),) if why else ()
    tags = None
    if images is not None:
        tags = sum(not one.startswith("sha256-") for its in images.values() for one in its)
    names = None if images is None else len(images)
    return RegistryRow(registry, box, worst(found), found, names, tags, size)


def absent_registry(registry: str, box: str, why: str) -> RegistryRow:
    """The row of a registry on a box that a person left out.

    Example:
        >>> absent_registry("reg:5000", "hub", "left out by --skip").severity
        'absent'
    """
    return RegistryRow(registry, box, "absent", (Remark("absent", f"its box was {why}"),))
