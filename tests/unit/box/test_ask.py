"""Questions to this machine, as pyinfra's local connector reaches it; SSH's are in tests/lab."""

import resource
import time
from collections.abc import Iterator

import pytest
from pyinfra.api.host import Host

from dockwright.box import ask as room
from dockwright.box.answer import Question
from dockwright.box.ask import ask
from dockwright.box.process import do
from dockwright.errors import BoxError
from tests.unit.box.boxes import local


@pytest.fixture
def here() -> Iterator[Host]:
    with local("other") as host:
        yield host


def test_a_box_that_takes_too_long_is_told_and_left(
    here: Host, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_TELL", 0.5)
    began = time.monotonic()
    with pytest.raises(BoxError) as late:
        ask(here, Question("sleep 1000", "its sleep"), seconds=1.2)
    assert time.monotonic() - began < 20
    assert str(late.value) == (
        "box @local: no answer about its sleep within 1.2 s; see what it waits for (its sudo, disk "
        "or engine), or allow more with dockwright_answer_seconds"
    )
    assert "still waiting for box @local: its sleep" in caplog.text


def test_one_that_never_ends_is_cut_off(here: Host) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BoxError, match="its answer is longer than 16 MiB, asked about its noise"):
        ask(here, Question("yes", "its noise"))
    # KiB; what was received is held a few times over
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000


def test_what_it_says_without_end_before_the_answer_is_cut_off_too(
    here: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Question, "command", lambda *_: "yes noise")
    with pytest.raises(BoxError, match="it says more than 22 MiB, asked about its user"):
        ask(here, Question("id -u", "its user"))


def test_noise_is_told_once_a_run(
    here: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    command = Question.command
    monkeypatch.setattr(
        Question,
        "command",
        lambda self, seconds: f"printf 'Hi\\033[2J\\n'; {command(self, seconds)}",
    )
    for _ in range(2):
        assert ask(here, Question("echo x", "it")).lines() == ["x"]
    assert caplog.text.count("its shell prints before it answers (Hi\\x1b[2J)") == 1
    assert "\x1b" not in caplog.text


def test_what_a_command_says_may_be_any_bytes(here: Host) -> None:
    from pyinfra.api import StringCommand

    done = do(here, StringCommand("printf 'a\\374\\033[2J\\n'; cat; echo no >&2; exit 3"), {}, b"b")
    assert (done.status, done.errors) == (3, ("no",))
    assert done.output == ("a\\xfc\\x1b[2J", "b")
