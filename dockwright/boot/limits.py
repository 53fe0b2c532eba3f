"""What every container is held to, unless its Procfile says otherwise."""

from collections.abc import Sequence

from dockwright.boot.flags import long_flag
from dockwright.boot.run_line import Option

# docs.docker.com/engine/security: a program that is not root needs neither.
DEFAULT_LIMITS: tuple[Option, ...] = (
    ("security-opt", "no-new-privileges"),
    ("cap-drop", "ALL"),
)


def limits_for(options: Sequence[Option], limits: Sequence[Option], where: str) -> list[Option]:
    """Those of ``limits`` that a run line with ``options`` leaves standing.

    A run line that sets the same thing wins: the same option, and of one that repeats the same
    key (``no-new-privileges:false``, ``nofile=…``). One with ``--privileged`` asks for the opposite
    of dropped capabilities and security options, so neither is given. Its own --cap-drop stands
    alone.

    Args:
        options: of the run line, by long name.
        limits: (long name, value), a boolean with None.
        where: what errors call the limits.

    Raises:
        DockwrightError: a limit docker run has no flag for.

    Example:
        >>> limits_for([("privileged", None)], DEFAULT_LIMITS, "limits")
        []
    """
    own = {(name, _key(name, value)) for name, value in options}
    # an added ALL means nothing beside a dropped ALL
    free = (
        {"cap-drop"}
        if ("cap-add", "ALL") in {(n, (v or "").upper()) for n, v in options}
        else set()
    )
    if ("privileged", None) in options:
        free = {"cap-drop", "security-opt"}
    kept: list[Option] = []
    for name, value in limits:
        name = long_flag(name, where).name
        if name not in free and (name, _key(name, value)) not in own:
            kept.append((name, value))
    return kept


def _key(name: str, value: str | None) -> str:
    if name == "cap-drop" or not long_flag(name, "limits").repeats:
        return ""
    return (value or "").replace(":", "=").partition("=")[0]
