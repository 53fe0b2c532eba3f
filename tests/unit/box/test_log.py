"""Lines about a box: what each is goes with it, and nothing in them moves a terminal."""

import logging
from collections.abc import Iterator

import pytest
from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.box.this_run import this_run
from tests.unit.box.boxes import local

NASTY = "gone\x1b[2J"


@pytest.fixture
def here() -> Iterator[Host]:
    with local() as host:
        yield host


def test_what_a_line_is_goes_with_it(here: Host, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pyinfra")
    for say in (log.info, log.reason, log.step):
        say(here, NASTY)
    log.changes(here, [Change("+", NASTY)])
    told = [(record.told, record.box) for record in caplog.records]  # type: ignore[attr-defined]
    assert told == [(word, "@local") for word in ("news", "reason", "step", "change")]
    assert caplog.text.count("gone\\x1b[2J") == 4
    assert NASTY not in caplog.text


def test_changes_go_to_the_plan_that_asks_for_them_and_are_not_said(
    here: Host, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "pyinfra")
    heard: list[Change] = []
    this_run(here.state).heard[here] = heard
    log.changes(here, [Change("+", "a"), Change("-", "b")])
    assert [one.line for one in heard] == ["+ a", "- b"]
    assert caplog.records == []


def test_a_warning_and_an_error_have_their_levels_and_the_box(
    here: Host, caplog: pytest.LogCaptureFixture
) -> None:
    log.warning(here, NASTY)
    log.error(here, NASTY)
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.ERROR]
    for record in caplog.records:
        assert "@local" in record.getMessage()
        assert NASTY not in record.getMessage()


def test_the_last_word_is_why_the_operation_under_way_failed(here: Host) -> None:
    log.error(here, "before any")
    here.executing_op_hash = "op"
    log.error(here, "first")
    log.failed(here, NASTY)
    assert this_run(here.state).reasons == {(here, "op"): "gone\\x1b[2J"}
