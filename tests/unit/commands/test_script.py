"""A script run as one command: it says what it does, and where it fails why."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from pyinfra.api.host import Host

from dockwright.box.this_run import this_run
from dockwright.commands import script as room
from dockwright.commands.script import Script
from dockwright.commands.told import WholeFile, Words
from tests.unit.box.boxes import local


@pytest.fixture
def here(caplog: pytest.LogCaptureFixture) -> Iterator[Host]:
    caplog.set_level(logging.INFO, "pyinfra")
    with local() as host:
        host.executing_op_hash = "op"
        yield host


def _run(host: Host, script: Script) -> bool:
    how: Any = {}
    return script.execute(host.state, host, how)


def test_arguments_and_input_are_what_they_were_and_input_is_shown_nowhere(
    here: Host, caplog: pytest.LogCaptureFixture
) -> None:
    odd = 'it\'s "$(id)" `x`\n'
    text = 'printf "%s|%s|%s" "$#" "$1" "$2"; cat | wc -c'
    script = Script("try it", text, odd, "", stdin="s3cret")
    assert _run(here, script)
    text = "\n".join(record.getMessage() for record in caplog.records)
    assert "2|it's" in text
    assert "s3cret" not in text + repr(script) + script.command().get_raw_value()


def test_a_failure_is_told_with_its_last_lines_and_is_why_the_operation_failed(
    here: Host, caplog: pytest.LogCaptureFixture
) -> None:
    many = "for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do echo line$n >&2; done; exit 3"
    assert not _run(here, Script("try it", many))
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 12
    assert this_run(here.state).reasons[here, "op"] == "try it: line14"


def test_one_that_ends_without_a_word_is_told_as_such(here: Host) -> None:
    assert not _run(here, Script("try it", "exit 3"))
    assert (
        this_run(here.state)
        .reasons[here, "op"]
        .startswith("box @local: try it: ended without a word, as what is killed does")
    )


def test_nobody_s_docker_context_or_locale_has_a_part_in_it(
    here: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://elsewhere")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert _run(here, Script("try it", 'echo "<$LC_ALL,${DOCKER_HOST-none}>"'))
    assert "<C,none>" in caplog.text


def test_one_that_takes_long_says_that_it_is_still_at_it(
    here: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(room, "_EVERY", 0.2)
    assert _run(here, Script("try it", "sleep 0.7"))
    assert "try it: still at it after 0 s" in caplog.text


def test_a_plan_is_told_the_file_that_its_input_becomes() -> None:
    assert list(Script("a", "true").told()) == [Words("a")]
    assert list(Script("a", "cat >/x", stdin="t", writes="/x").told()) == [
        WholeFile("/x", "t"), Words("a"),
    ]  # fmt: skip
