"""What each distribution needs to be a Docker server: one table."""

from __future__ import annotations

from dataclasses import dataclass

from dockwright.errors import DockwrightError


@dataclass(frozen=True)
class Platform:
    """A distribution's release.

    ``engine`` are the packages of its own engine, none where it has none; ``tools`` are those
    that our other operations call.
    """

    engine: tuple[str, ...]
    tools: tuple[str, ...]


# apparmor: where recommends are left out, `docker run` fails for want of apparmor_parser.
_TOOLS = ("apparmor", "ca-certificates", "git", "mmdebstrap", "openssl")
_OLD_TOOLS = ("apparmor", "ca-certificates", "git", "openssl")
# Debian 13 parts the client from the engine, and its builder from both
_IN_THREE = Platform(("docker.io", "docker-cli", "docker-buildx"), _TOOLS)

PLATFORMS = {
    ("debian", "12"): Platform(("docker.io",), _TOOLS),
    ("debian", "13"): _IN_THREE,
    ("debian", "14"): _IN_THREE,
    ("debian", "forky"): _IN_THREE,  # 14 until it is released
    ("ubuntu", "22.04"): Platform(("docker.io",), _TOOLS),
    ("ubuntu", "24.04"): Platform(("docker.io", "docker-buildx"), _TOOLS),
    ("ubuntu", "26.04"): Platform(("docker.io", "docker-buildx"), _TOOLS),
    # Their own engines are too old for what we ask of one: it comes from a static archive.
    ("ubuntu", "12.04"): Platform((), _OLD_TOOLS),
    ("ubuntu", "14.04"): Platform((), _OLD_TOOLS),
}


def platform(
    distribution: str,
    release: str,
    box: str,
    *,
    has_engine: bool = False,
    init: str | None = None,
) -> Platform:
    """What ``distribution`` ``release`` needs, as /etc/os-release has ID and VERSION_ID.

    What is not released yet has no VERSION_ID there, and counts by its code name.

    Args:
        distribution: ``debian`` or ``ubuntu``.
        release: such as ``12``, ``24.04`` or ``forky``.
        box: what errors call the box.
        has_engine: whether it has one already, so that any release with apt will do.
        init: what the box runs; a release of Upstart's days has no mmdebstrap, and those of its
            first days do not say which they are.

    Raises:
        DockwrightError: it is not in the table.

    Example:
        >>> platform("debian", "12", "docker").engine
        ('docker.io',)
    """
    row = PLATFORMS.get((distribution, release))
    if row is None and has_engine:
        tools = _OLD_TOOLS if init == "upstart" else _TOOLS
        return Platform((), tools)
    if row is None:
        known = ", ".join(" ".join(key) for key in PLATFORMS)
        raise DockwrightError(
            f"box {box}: {distribution or 'unknown'} {release}: not in the table of platforms; "
            f"use one of {known}, or install an engine yourself"
        )
    return row
