"""Where foreseen questions are kept: a file for each box of a deploy, in the user's cache folder.

Losing it costs a run some time and nothing else, so nothing that goes wrong here is an error.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from dockwright.box.foreseen.known import LONGEST, Known, Stage, read, written


def path_of(
    site: Path, deploy: str, box: str, environment: Mapping[str, str] = os.environ
) -> Path | None:
    """The file of ``box`` for ``deploy`` of the site in the folder ``site``.

    Args:
        site: the folder that the run is started in.
        deploy: the deploy file, as the run names it.
        box: its name in the inventory.
        environment: has XDG_CACHE_HOME, or HOME.

    Returns:
        It; None for a user that has no folder of their own.

    Example:
        >>> path_of(Path("/site"), "deploy/site.py", "docker", {"XDG_CACHE_HOME": "/c"}).parent
        PosixPath('/c/dockwright/foreseen')
    """
    home, cache = environment.get("HOME", ""), environment.get("XDG_CACHE_HOME", "")
    # by its standard one that is not absolute is to be ignored
    folder = Path(cache) if cache.startswith("/") else Path(home, ".cache")
    if not folder.is_absolute():
        return None
    of = "\0".join([str(site), deploy, box]).encode("utf-8", "surrogateescape")
    return folder / "dockwright/foreseen" / f"{hashlib.sha256(of).hexdigest()[:32]}.json"


def load(path: Path, key: Sequence[str]) -> dict[Stage, tuple[Known, ...]]:
    """What is kept at ``path`` for ``key``; nothing where it can't be read, or is another's.

    Example::

        load(path, ["/site", "deploy/site.py", "docker", "0.1.0"])
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return {}
    try:
        its = os.fstat(descriptor)
        is_own = its.st_uid == os.geteuid() and not its.st_mode & 0o077
        if stat.S_ISREG(its.st_mode) and is_own and its.st_size <= LONGEST:
            return read(os.read(descriptor, LONGEST).decode(), key)
    except (OSError, UnicodeDecodeError):
        pass
    finally:
        os.close(descriptor)
    return {}


def keep(path: Path, key: Sequence[str], of: Mapping[Stage, Sequence[Known]]) -> None:
    """Have ``path`` hold ``of``, whole or not at all, for the user alone.

    Example::

        keep(path, ["/site", "deploy/site.py", "docker", "0.1.0"], {"prepare": [known]})
    """
    text = written(of, key).encode()
    if len(text) > LONGEST:
        return
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, new = mkstemp(prefix=".", dir=path.parent)  # of mode 600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(text)
            Path(new).replace(path)
        except BaseException:
            Path(new).unlink(missing_ok=True)
            raise
