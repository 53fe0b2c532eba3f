"""A day or a moment since which something is to be made, as a site writes it."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(text: str) -> datetime:
    """The moment that a site means, in UTC where it does not say.

    Raises:
        ValueError: it is none.

    Example:
        >>> moment("2026-12-01").isoformat()
        '2026-12-01T00:00:00+00:00'
    """
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def is_before(made: float, since: datetime | None, now: float) -> bool:
    """Whether what was ``made`` then is older than a site lets it be by ``now``.

    Args:
        made: seconds since 1970.
        since: the site's; one that is still to come says nothing yet.
        now: seconds since 1970.

    Example:
        >>> is_before(0, moment("2026-12-01"), 2e9), is_before(0, moment("2026-12-01"), 1e9)
        (True, False)
    """
    return since is not None and made < since.timestamp() <= now


def since(text: str | None) -> datetime | None:
    """The same of a key that a site may leave out.

    Example:
        >>> since(None)
    """
    return None if text is None else moment(text)
