"""Which inventory and which deploy file a command means where its line names none.

Without pyinfra: a shell asks it too, to complete the names of boxes.
"""

from __future__ import annotations

import os
from pathlib import Path

from dockwright.errors import DockwrightError

VARIABLE = "DOCKWRIGHT_INVENTORY"
FOLDER = Path("inventories")
PREFERRED = FOLDER / "lab.py"  # of several: nobody's production by mistake
DEPLOY = Path("deploy/site.py")


def inventory(name: str | None = None) -> str:
    """What is given, else ``$DOCKWRIGHT_INVENTORY``, else what is in ``inventories/``.

    Raises:
        DockwrightError: nothing is there, or several files are and none is ``lab.py``.

    Example:
        >>> inventory("@local")
        '@local'
    """
    named = name or os.environ.get(VARIABLE)
    if named:
        return named
    files = sorted(path for path in FOLDER.glob("*.py") if not path.name.startswith(("_", ".")))
    if PREFERRED in files:
        return str(PREFERRED)
    if len(files) == 1:
        return str(files[0])
    ways = f"name one with -i, or in {VARIABLE}"
    if files:
        raise DockwrightError(f"inventory: {', '.join(map(str, files))}: {ways}")
    raise DockwrightError(
        f"inventory: no {FOLDER}/ with one in {Path.cwd()}; {ways}, or begin a site: "
        "dockwright init"
    )


def places(words: tuple[str, ...], option: str | None) -> tuple[str, Path]:
    """The inventory and the deploy file of ``[[INVENTORY] DEPLOY]`` and of ``-i``.

    Raises:
        DockwrightError: too many are named, or an inventory stands where a deploy file does.

    Example:
        >>> places(("hosts.py", "site.py"), None)
        ('hosts.py', PosixPath('site.py'))
        >>> places((), "hosts.py")
        ('hosts.py', PosixPath('deploy/site.py'))
    """
    if len(words) > 2:
        raise DockwrightError(f"{words[2]}: one too many; say [[INVENTORY] DEPLOY]")
    if len(words) == 2 and option:
        raise DockwrightError(f"-i {option}: {words[0]} is one too; name one inventory")
    if len(words) == 2:
        return words[0], Path(words[1])
    if words and _is_inventory(words[0]):
        raise DockwrightError(
            f"{words[0]}: an inventory, and no deploy file; say -i {words[0]}, or name both"
        )
    return inventory(option), Path(words[0]) if words else DEPLOY


def _is_inventory(word: str) -> bool:
    """Whether a single word can't be meant for a deploy file: as one, it would do nothing."""
    path = Path(word)
    if word.startswith("@") or "," in word or path.suffix != ".py":
        return True
    return path.parent.name == FOLDER.name or path.stem == "inventory"
