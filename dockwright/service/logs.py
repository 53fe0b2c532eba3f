"""The line that shows what services said, as the engine of a manager collects it from all nodes."""

import re
from collections.abc import Sequence
from shlex import quote

_DAYS = re.compile(r"([1-9][0-9]*)d")
_MOMENT = re.compile(r"(?P<day>[0-9-]{10})(?:[ T](?P<time>[0-9:]+))?")


def logs(
    names: Sequence[str],
    *,
    lines: int | None = None,
    since: str | None = None,
    follow: bool = False,
) -> str:
    """A line for a shell that has ``docker``.

    Args:
        names: of services.
        lines: how many of each, the last ones; None for all.
        since: ``10m``, ``2h``, ``3d``, or a time by the box's clock, ``2026-11-29 10:00``.
        follow: whether to go on with what they say from now on.

    Example:
        >>> logs(["zenweb_web"], lines=100)
        'docker service logs --tail 100 zenweb_web 2>&1'
    """
    words = ["docker", "service", "logs", *(["--follow"] if follow else [])]
    words += ["--tail", "all" if lines is None else str(lines)]
    if since is not None:
        words += ["--since", _since(since)]
    each = [f"{' '.join(map(quote, [*words, name]))} 2>&1" for name in names]
    if not follow or len(each) == 1:
        return "\n".join(each)
    return "".join(f"{one} &\n" for one in each) + "wait"


def _since(text: str) -> str:
    if (days := _DAYS.fullmatch(text)) is not None:
        return f"{24 * int(days[1])}h"
    if (moment := _MOMENT.fullmatch(text)) is not None:
        time = moment["time"] or "00:00"
        return f"{moment['day']}T{time if time.count(':') > 1 else f'{time}:00'}"
    return text
