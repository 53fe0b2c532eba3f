"""A program of a box: bytes in and out, each wait with an end; here and over SSH alike."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import paramiko
import pytest
from pyinfra.api.host import Host

from dockwright.box.channels import NoChannel
from dockwright.box.program import LOST, Program, program
from dockwright.errors import DockwrightError
from tests.ssh_server import Server
from tests.unit.box.boxes import KEY, Here, local, this_machine


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture(params=["@local", "ssh"])
def host(here: Here, request: pytest.FixtureRequest) -> Iterator[Host]:
    if request.param == "ssh":
        yield here.over_ssh(Server(keys=(KEY,)))
    else:
        with local() as made:
            yield made


def _all(asked: Program) -> bytes:
    received = b""
    while data := asked.read(10):
        received += data
    return received


def test_bytes_of_any_kind_come_as_they_were_written_and_its_status_is_known(host: Host) -> None:
    with program(host, r"printf 'a\000\377\n'", "its bytes") as asked:
        assert _all(asked) == b"a\0\xff\n"
        assert asked.status(10) == 0
        assert asked.at_end()


def test_more_than_any_buffer_holds_is_read_whole(host: Host) -> None:
    with program(host, "head -c 3000000 /dev/zero", "its noise") as asked:
        assert len(_all(asked)) == 3_000_000


@pytest.fixture
def child() -> Iterator[Host]:
    with local() as made:
        yield made


def test_what_is_fed_is_read_and_its_end_is_seen(child: Host) -> None:
    with program(child, "cat; echo end; exit 3", "it") as asked:
        asked.feed(b"one\n")
        assert asked.read(10) == b"one\n"
        asked.end_input()
        assert _all(asked) == b"end\n"
        assert asked.status(10) == 3


@pytest.mark.parametrize(
    "wait", [lambda asked: asked.read(0.2), lambda asked: asked.status(0.2)], ids=["byte", "end"]
)
def test_each_wait_has_an_end(child: Host, wait: Callable[[Program], object]) -> None:
    began = time.monotonic()
    with program(child, "sleep 30", "it") as asked:
        with pytest.raises(TimeoutError, match=r"within 0\.2 s"):
            wait(asked)
        assert not asked.at_end()
    assert time.monotonic() - began < 10


def test_of_standard_error_the_last_is_kept_and_all_of_it_told(child: Host) -> None:
    told: list[bytes] = []
    line = "head -c 1000000 /dev/zero >&2; echo why >&2"
    with program(child, line, "it", tell=told.append) as asked:
        assert _all(asked) == b""
        asked.status(10)
        kept = asked.errors()
    assert kept.endswith(b"\0why\n")
    assert len(kept) == 1 << 16
    assert sum(map(len, told)) == 1_000_004


def test_both_of_its_outputs_may_be_one(child: Host) -> None:
    with program(child, "echo out; echo err >&2", "it", combined=True) as asked:
        assert sorted(_all(asked).split()) == [b"err", b"out"]
        assert asked.errors() == b""


def test_who_reads_no_more_is_told_of_by_who_feeds_it(child: Host) -> None:
    with program(child, "exec <&-; echo closed; sleep 5", "it") as asked:
        assert asked.read(10) == b"closed\n"
        with pytest.raises(OSError):
            for _ in range(100):
                asked.feed(b"x" * 100_000)


def test_a_connection_that_breaks_has_no_status(here: Here) -> None:
    server = Server(keys=(KEY,), seconds=5)
    host = _reached(here, server)
    with program(host, "true", "it") as asked:
        for transport in server.transports:
            transport.close()
        assert asked.read(10) == b""
        assert asked.status(10) == LOST


def _reached(here: Here, server: Server) -> Host:
    """Its first question is answered at once, and what comes later takes its time."""
    seconds, server.seconds = server.seconds, 0.05
    host = here.over_ssh(server)
    server.seconds = seconds
    return host


def test_a_server_that_gives_no_session_is_told(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dockwright.box.channels.WAITS", 0.3)
    host = _reached(here, Server(keys=(KEY,), most=1, seconds=5))
    with ExitStack() as open_ones, pytest.raises(paramiko.ChannelException) as refused:
        for _ in range(2):
            open_ones.enter_context(program(host, "true", "its second"))
    assert isinstance(refused.value, NoChannel)
    assert "for its second within" in refused.value.text


def test_a_box_without_streams_is_refused_with_what_it_was_for(here: Here) -> None:
    with (
        pytest.raises(DockwrightError, match="its kernel can be reached over SSH or"),
        program(here.in_a_container(), "uname", "its kernel"),
    ):
        pass
