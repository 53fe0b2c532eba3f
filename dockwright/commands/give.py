"""Files of a folder that go over from one owner to another, as numbers."""

from __future__ import annotations

from collections.abc import Iterable

from dockwright.commands.script import Script
from dockwright.scripts import text


def give(folder: str, owner: str, former: Iterable[str]) -> Script:
    """Have all in ``folder`` that is of a former owner be the new one's, and the folder itself.

    What others have in it stays theirs. The folder itself is last: while it is a former owner's,
    what is in it may be too. Whoever writes to it is to be stopped before.

    Args:
        folder: absolute path.
        owner: ``UID:GID``.
        former: each as ``UID:GID``; a file's user and its group are told apart.

    Example:
        >>> give("/srv/stash", "60801:60801", ["998:998"]).args
        ('/srv/stash', '60801:60801', '998:998')
    """
    what = f"give the files in {folder} to {owner}"
    return Script(what, text("box/give"), folder, owner, *dict.fromkeys(former))
