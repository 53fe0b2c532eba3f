"""What of an image's packages is known to be open, and what of that has a fix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dockwright.errors import DockwrightError, shown
from dockwright.sbom.tracker import Tracker

# what Debian calls the urgencies, the most urgent first; others come between
_URGENCIES = ("high", "medium", "low")
UNIMPORTANT = "unimportant"
_STATES = ("fixable", "open", "undetermined")
_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Finding:
    """A CVE of a source package inside.

    ``state`` is fixable where the suite has a newer version than ``inside`` without it, ``fixed``;
    open where it has none yet; undetermined where Debian does not know. ``urgency`` is Debian's.
    """

    cve: str
    source: str
    inside: str
    fixed: str | None
    state: Literal["fixable", "open", "undetermined"]
    urgency: str
    description: str


def findings(sources: Iterable[tuple[str, str]], known: Tracker, suite: str) -> tuple[Finding, ...]:
    """What is open in ``suite`` of the source packages inside; what has a fix comes first.

    Args:
        sources: name and version of each.
        known: the tracker, read for these.
        suite: such as bookworm.

    Raises:
        DockwrightError: the tracker does not know the suite, or has a version that is none.

    Example::

        findings([("openssl", "3.0.11-1~deb12u2")], known, "bookworm")[0].fixed
    """
    if suite not in known.suites:
        raise DockwrightError(
            f"{known.path}: nothing in it about suite {shown(suite)}, but about "
            f"{shown(', '.join(sorted(known.suites)), 200)}; name one with --suite, or bring a "
            "newer file"
        )
    made = [
        one
        for source, version in sources
        for cve, entry in known.entries.get(source, {}).items()
        if (one := _finding(source, version, cve, entry, suite)) is not None
    ]
    return tuple(sorted(set(made), key=_rank))


def _finding(
    source: str, inside: str, cve: str, entry: Mapping[str, Any], suite: str
) -> Finding | None:
    said = entry["releases"].get(suite)
    if said is None:
        return None
    status, fixed = said["status"], said.get("fixed_version")
    state: Literal["fixable", "open", "undetermined"]
    if status == "resolved":
        # 0: no version of it in the suite ever had it
        if fixed is None or fixed == "0" or not _is_older(inside, str(fixed), f"{source}: {cve}"):
            return None
        state = "fixable"
    else:
        state, fixed = ("open" if status == "open" else "undetermined"), None
    return Finding(
        cve=shown(cve),
        source=source,
        inside=inside,
        fixed=None if fixed is None else str(fixed),
        state=state,
        urgency=shown(str(said.get("urgency") or "")),
        description=shown(str(entry.get("description") or ""), 300),
    )


def _is_older(inside: str, fixed: str, where: str) -> bool:
    """Whether ``inside`` comes before ``fixed``, by Debian's rules."""
    from debian.debian_support import Version

    try:
        return bool(Version(inside) < Version(fixed))
    except ValueError as error:
        raise DockwrightError(
            f"{where}: {shown(str(error), 100)}, in the image or in the database; see which"
        ) from error


def _rank(one: Finding) -> tuple[Any, ...]:
    urgency = one.urgency.rstrip("*")
    if urgency in _URGENCIES:
        place = _URGENCIES.index(urgency)
    else:
        place = 9 if urgency == UNIMPORTANT else 5
    numbers = [int(part) for part in _NUMBERS.findall(one.cve)]
    return _STATES.index(one.state), place, one.source, numbers, one.cve, one.inside
