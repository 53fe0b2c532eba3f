"""A day or a moment of a site's data."""

from datetime import UTC, datetime

import pytest

from dockwright.site.moment import is_before, moment, since
from dockwright.site.settings import validated


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12-01T10:30", datetime(2026, 12, 1, 10, 30, tzinfo=UTC)),
        ("2026-12-01T10:30:00+02:00", datetime(2026, 12, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_it_is_in_utc_where_it_does_not_say(text: str, meant: datetime) -> None:
    assert moment(text) == meant
    assert since(text) == meant
    assert validated({"dockwright_registry_ca_since": text})[1] == ()


@pytest.mark.parametrize("text", ["", "yesterday", "01.12.2026", "2026-13-01"])
def test_what_is_none_is_refused_in_words(text: str) -> None:
    _, [wrong] = validated({"dockwright_passwords_since": text})
    assert "not allowed; give day, or moment in UTC" in wrong


@pytest.mark.parametrize(("made", "old"), [(100.0, False), (99.0, True)])
def test_what_is_older_is_old_from_that_moment_on(made: float, old: bool) -> None:
    at = datetime.fromtimestamp(100, UTC)
    assert is_before(made, at, 101) is old
    assert not is_before(made, at, 99)
    assert not is_before(made, None, 101)
