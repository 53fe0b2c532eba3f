"""A stream of bytes to a program of a box: what stands before it is no part of it."""

import os
import time
from collections.abc import Iterator

import pytest
from pyinfra.api.host import Host

from dockwright.box.stream import Limits, Stream, dial
from dockwright.errors import BoxError
from tests.unit.box.boxes import local

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a stream is to root's program")


@pytest.fixture
def here() -> Iterator[Host]:
    with local(dockwright_answer_seconds=2) as host:
        yield host


def _all(stream: Stream, most: int = 1 << 16) -> bytes:
    received = b""
    while data := stream.recv(most):
        assert len(data) <= most
        received += data
    return received


def test_it_begins_behind_the_words_that_it_is_ready_with(here: Host) -> None:
    words, stream = dial(here, "echo noise; ready 'two words'; cat; exit 3", "it", Limits(10))
    assert words == "two words"
    assert stream.is_open
    stream.sendall(b"\0one\xff")
    assert stream.recv(100) == b"\0one\xff"
    stream.end()
    assert stream.recv(100) == b""
    assert stream.status() == 3
    stream.close()
    assert not stream.is_open


def test_what_came_with_the_words_is_not_lost_and_taken_in_small_pieces(here: Host) -> None:
    _, stream = dial(here, "ready; printf abcdef", "it", Limits(10))
    assert _all(stream, most=2) == b"abcdef"
    stream.close()


def test_a_reader_outlives_the_stream_s_end(here: Host) -> None:
    _, stream = dial(here, "ready; sleep 0.2; echo late", "it", Limits(10))
    with stream.makefile() as reader:
        stream.close()
        assert reader.read() == b"late\n"


def test_without_a_byte_for_too_long_it_ends_unless_the_box_still_answers(here: Host) -> None:
    asked: list[float] = []

    def still_answers() -> None:
        asked.append(time.monotonic())

    _, stream = dial(here, "ready; sleep 1; echo one; sleep 30", "it",
                     Limits(0.2, still_answers, most=1.5))  # fmt: skip
    assert stream.recv(10) == b"one\n"
    assert len(asked) >= 2
    with pytest.raises(TimeoutError):
        stream.recv(10)
    stream.close()
    _, short = dial(here, "ready; sleep 30", "it", Limits(0.2))
    with pytest.raises(TimeoutError):
        short.recv(10)
    short.close()


def test_one_that_is_never_ready_is_told_with_what_it_said(here: Host) -> None:
    with pytest.raises(BoxError, match=r"^box @local: .*asked about its engine \(no such thing\)"):
        dial(here, "echo no such thing >&2; exit 1", "its engine", Limits(10))
    with pytest.raises(BoxError, match=r"^box @local: no answer about its engine within 2 s"):
        dial(here, "sleep 30", "its engine", Limits(10))


def test_nobody_s_docker_settings_or_locale_have_a_part_in_it(
    here: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://elsewhere")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    script = 'ready "$LC_ALL,${DOCKER_HOST-none},$DOCKER_CONFIG"'
    words, stream = dial(here, script, "it", Limits(10))
    stream.close()
    assert words == "C,none,/nonexistent"


def test_what_it_writes_to_standard_error_is_told_as_it_comes(here: Host) -> None:
    told: list[bytes] = []
    _, stream = dial(here, "ready; echo one >&2; read line", "it", Limits(10), told.append)
    until = time.monotonic() + 5
    while b"".join(told) != b"one\n" and time.monotonic() < until:
        time.sleep(0.02)
    stream.close()
    assert b"".join(told) == b"one\n"
