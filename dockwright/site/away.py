"""Which boxes of a site are away, as its data says; pure.

Who calls it: what begins a run (`dockwright.run.inventory`, and a deploy under pyinfra's own
command), before any box is connected.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from dockwright.errors import DockwrightError

KEY = "dockwright_away"
WHY = f"away, as {KEY} says"


def away(data: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The boxes that are away, each with why; ``data`` is that of every box, by name.

    A box's own data says True, or the site's has a list of names.

    Raises:
        DockwrightError: a list names a box that the inventory has not.

    Example:
        >>> away({"web1": {"dockwright_away": ["web2"]}, "web2": {"dockwright_away": ["web2"]}})
        {'web2': 'away, as dockwright_away says'}
        >>> away({"web1": {"dockwright_away": True}, "web2": {}})
        {'web1': 'away, as dockwright_away says'}
    """
    gone = {}
    for box, its in data.items():
        said = its.get(KEY)
        names = said if isinstance(said, list | tuple) else []
        for name in names:
            if name not in data:
                raise DockwrightError(f"{KEY}: {name}: not in the inventory; {hint(name, data)}")
        if said is True or box in names:
            gone[box] = WHY
    return gone


def hint(name: object, known: Mapping[str, Any]) -> str:
    """The name that is nearest to ``name``, or all that are ``known``.

    Example:
        >>> hint("wbe1", {"web1": {}}), hint("x", {"web1": {}})
        ('did you mean web1?', 'boxes: web1')
    """
    close = get_close_matches(str(name), list(known), 1)
    return f"did you mean {close[0]}?" if close else f"boxes: {', '.join(known)}"
