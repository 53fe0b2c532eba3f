"""Can this machine make a stock box? One line that says what is missing, before it is begun."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dockwright.lab.checks import KEYRING

# program -> the Debian package that brings it
PROGRAMS = {"mmdebstrap": "mmdebstrap", "mke2fs": "e2fsprogs", "qemu-img": "qemu-utils"}
ROOM_GB = 5.0  # its files, the disk that they are put on, and the box of that


def trouble(
    machine: str, uid: int, which: Callable[[str], str | None], keyring: bool
) -> str | None:
    """What keeps this machine from making one; None where nothing does.

    Args:
        machine: what it is, as `uname -m` says.
        uid: who makes it.
        which: where a program is.
        keyring: whether the keys are there by which Debian's packages are trusted.

    Example:
        >>> trouble("x86_64", 1000, lambda name: name, True)
        'stock box: it takes root to make one, and you are user 1000; run it with sudo'
    """
    if machine != "x86_64":
        return f"stock box: made on x86_64 alone, and this machine is {machine}; use another one"
    if uid != 0:
        return f"stock box: it takes root to make one, and you are user {uid}; run it with sudo"
    missing = [name for name in PROGRAMS if which(name) is None]
    packages = [PROGRAMS[name] for name in missing]
    if not keyring:
        missing.append(str(KEYRING))
        packages.append("debian-archive-keyring")
    if missing:
        return (
            f"stock box: {', '.join(missing)} missing on this machine; "
            f"run `apt-get install {' '.join(packages)}`"
        )
    return None


def no_place(output: Path, free_gb: float | None, exists: bool, force: bool) -> str | None:
    """Why the box can't be written to ``output``; None where it can.

    Args:
        output: the file.
        free_gb: the room in its folder, in 10**9 bytes; None where there is no such folder.
        exists: whether something is there already.
        force: whether that may be replaced.

    Example:
        >>> no_place(Path("boxes/a.box"), None, False, False)
        'boxes/a.box: no folder boxes; make it, or name another file with --output'
    """
    if free_gb is None:
        return f"{output}: no folder {output.parent}; make it, or name another file with --output"
    if exists and not force:
        return f"{output}: there already; name another file with --output, or replace it (--force)"
    if free_gb < ROOM_GB:
        return (
            f"{output.parent}: {free_gb:.1f} GB free, and making a stock box takes "
            f"{ROOM_GB:.0f}; make room there, or name another place with --output"
        )
    return None
