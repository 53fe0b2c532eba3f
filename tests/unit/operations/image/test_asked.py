"""What registries say of an image, told: who was away, and what is not taken."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pyinfra.api.host import Host
from pyinfra.context import ctx_host, ctx_state

from dockwright.box.this_run import this_run
from dockwright.errors import DockwrightError, NotReady
from dockwright.operations.image import asked
from dockwright.operations.image.asked import latest, name_of, not_signed, remark, tell, why
from dockwright.registry.image import Had
from tests.unit.box.boxes import local


@pytest.fixture
def here() -> Iterator[Host]:
    with local() as host, ctx_state.use(host.state), ctx_host.use(host):
        yield host


@pytest.mark.parametrize(
    ("image", "name"),
    [("web:1", "web"), ("team/web:latest", "team/web"), ("web@sha256:1", "web"),
     ("a/b@sha256:0", "a/b")],
)  # fmt: skip
def test_an_image_s_name_is_without_tag_and_digest(image: str, name: str) -> None:
    assert name_of(image) == name


def test_why_is_said_without_the_registry_and_the_way_out() -> None:
    assert why("r:1", NotReady("registry r:1: no answer (x); see its log; and more")) == (
        "no answer (x)"
    )
    assert why("r:1", NotReady("registry other:1: no")) == "registry other:1: no"


def test_the_same_is_told_once_whoever_asks_and_whatever_comes_of_it(here: Host) -> None:
    away: dict[str, DockwrightError] = {"r:1": NotReady("registry r:1: no answer; see its log")}
    tell(away, "images stay")
    tell(away, "something else")
    remark("another line")
    assert this_run(here.state).reminders == [
        "registry r:1: could not be asked (no answer); images stay",
        "another line; it is not taken from there",
    ]


def test_what_is_not_signed_is_told_with_a_digest_that_one_can_compare() -> None:
    said = not_signed("r:1", "web:1", "sha256:" + "0123456789abcdef" * 4)
    assert said == "r:1/web:1 (sha256:0123456789ab) is not signed by this site"


def _moments(monkeypatch: pytest.MonkeyPatch, **years: int | None) -> list[Had]:
    had = [Had(place, None, f"sha256:{place}") for place in years]

    def built(_: object, place: str, *__: object) -> datetime | None:
        year = years[place]
        return None if year is None else datetime(year, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(asked, "built", built)
    return had


def test_of_what_registries_have_the_last_that_was_built_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a, b = _moments(monkeypatch, a=2024, b=2026)
    assert latest([a, b], "web:1") is b
    a, b = _moments(monkeypatch, a=2026, b=2026)
    assert latest([a, b], "web:1") is a
    # where nobody can tell of one, the first
    a, b = _moments(monkeypatch, a=None, b=2026)
    assert latest([a, b], "web:1") is a


def test_one_that_is_older_than_the_box_s_own_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = _moments(monkeypatch, a=2024, b=2026)
    since = datetime(2025, 1, 1, tzinfo=UTC)
    assert latest([a, b], "web:1", since) is b
    assert latest([a], "web:1", since) is None
    [a] = _moments(monkeypatch, a=None)
    assert latest([a], "web:1", since) is None


def test_where_all_have_the_same_none_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "built", lambda *_: pytest.fail("it was asked"))
    had = [Had(place, None, "sha256:1") for place in "ab"]
    assert latest(had, "web:1") is had[0]
