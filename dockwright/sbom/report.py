"""What is open in images, as a person reads it and as programs do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dockwright.errors import DockwrightError, shown
from dockwright.sbom.contents import Contents
from dockwright.sbom.cves import UNIMPORTANT, Finding, findings
from dockwright.sbom.tracker import Tracker

_DEBIAN = "debian"
_WORDS = {"fixable": "fix", "open": "open", "undetermined": "unknown"}


@dataclass(frozen=True)
class Looked:
    """An image that was looked up: what is inside, the suite, and what was found; or its error."""

    image: str
    inside: Contents | None = None
    suite: str | None = None
    found: tuple[Finding, ...] = ()
    error: str | None = None

    @property
    def fixable(self) -> bool:
        """Whether something of it has a fix."""
        return any(one.state == "fixable" for one in self.found)


def looked_up(image: str, inside: Contents, known: Tracker, suite: str | None = None) -> Looked:
    """What is known of an image.

    Args:
        image: its name.
        inside: what its SBOM says.
        known: the tracker, read for its sources.
        suite: which one it is of; None: the one that it says.

    Example::

        looked_up("zenweb", inside, known).fixable
    """
    if inside.unread is not None:
        return Looked(image, inside, error=f"{image}: {shown(inside.unread)}; nothing is known")
    if not inside.debian:
        return Looked(image, inside)
    if suite is None and inside.distribution != _DEBIAN:
        return Looked(
            image,
            inside,
            error=f"{image}: of {shown(inside.distribution)}, and the database is Debian's; name "
            "a suite with --suite if it is close enough to one",
        )
    wanted = suite or inside.suite
    if wanted is None:
        return Looked(
            image,
            inside,
            error=f"{image}: its os-release names no suite; name one with --suite",
        )
    try:
        return Looked(image, inside, wanted, findings(inside.sources, known, wanted))
    except DockwrightError as error:
        return Looked(image, inside, error=f"{image}: {error}")


def lines(looked: Sequence[Looked], known: Tracker, now: datetime, every: bool) -> Iterator[str]:
    """What a person reads; what is in error is told elsewhere.

    Args:
        looked: the images.
        known: the tracker.
        now: the present.
        every: whether also what Debian calls unimportant is listed.

    Example::

        print(*lines(looked, known, now, every=False), sep="\\n")
    """
    age = (now - known.written).days
    yield f"{known.path}: written {known.written:%Y-%m-%d}, {_days(age)} ago"
    for one in looked:
        if one.error is not None or one.inside is None:
            continue
        if one.suite is None:
            yield f"{one.image}: no packages of Debian inside{_besides(one.inside)}"
            continue
        listed = [
            finding
            for finding in one.found
            if every or finding.state == "fixable" or finding.urgency != UNIMPORTANT
        ]
        states = Counter(finding.state for finding in listed)
        left = len(one.found) - len(listed)
        yield (
            f"{one.image}: {one.suite}, {one.inside.debian} packages{_besides(one.inside)}: "
            f"{states['fixable']} to fix, {states['open']} open"
            + (f", {states['undetermined']} unknown" if states["undetermined"] else "")
            + (f", {left} unimportant (--all)" if left else "")
        )
        for finding in listed:
            yield _line(finding)


def fields(looked: Sequence[Looked], known: Tracker, now: datetime) -> dict[str, Any]:
    """The same for programs.

    Example::

        json.dumps(fields(looked, known, now))
    """
    return {
        "database": {
            "path": str(known.path),
            "written": known.written.isoformat(timespec="seconds"),
            "days": (now - known.written).days,
        },
        "images": [
            {
                "image": one.image,
                "id": None if one.inside is None else one.inside.image,
                "suite": one.suite,
                "packages": None if one.inside is None else one.inside.packages,
                "looked_up": 0 if one.inside is None or one.error else one.inside.debian,
                "findings": [asdict(finding) for finding in one.found],
                "error": one.error,
            }
            for one in looked
        ],
    }


def _line(one: Finding) -> str:
    to = "" if one.fixed is None else f" -> {shown(one.fixed)}"
    urgency = f" ({one.urgency})" if one.urgency else ""
    word = _WORDS[one.state]
    return f"  {word:7} {one.cve} {shown(one.source)} {shown(one.inside)}{to}{urgency}"


def _besides(inside: Contents) -> str:
    besides = inside.packages - inside.debian
    return f", and {besides} that the database does not know" if besides else ""


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
