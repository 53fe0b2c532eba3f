"""A script run by pyinfra's local connector; over SSH it is run on real boxes, in tests/lab."""

import os
import time
from collections.abc import Iterator

import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host

from dockwright.box.process import run
from dockwright.errors import DockwrightError

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the script is run by root's sh")


@pytest.fixture
def here() -> Iterator[Host]:
    inventory = Inventory((["@local"], {}))
    State(inventory, Config())
    host = inventory.get_host("@local")
    host.connect()
    yield host
    host.disconnect()


def test_bytes_go_in_and_lines_come_out(here: Host) -> None:
    said: list[str] = []
    script = "head -c 6; echo; echo wrong >&2; exit 3"
    assert run(here, script, b"ab\ncd\xff and what nobody reads", said.append) == 3
    assert said == ["ab", "cd�", "wrong"]


def test_more_goes_through_than_any_buffer_holds(here: Host) -> None:
    said: list[str] = []
    size = 3_000_000
    assert (
        run(here, f"head -c {size} | tee /dev/stderr | wc -c", b"x\n" * (size // 2), said.append)
        == 0
    )
    assert said[-1].strip() == str(size)
    assert len(said) == size // 2 + 1


def test_the_end_of_standard_input_is_seen_only_when_this_side_is_gone(here: Host) -> None:
    said: list[str] = []
    began = time.monotonic()
    script = "exec 3<&0; (cat <&3; echo gone >&2) >/dev/null 2>&1 & sleep 1; echo done"
    assert run(here, script, b"x", said.append) == 0
    assert said == ["done"]
    assert time.monotonic() - began < 30


def test_a_piece_that_can_not_be_made_ends_the_script_and_is_the_error(here: Host) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"first\n"
        raise DockwrightError("web/data: changed")

    said: list[str] = []
    with pytest.raises(DockwrightError, match="web/data: changed"):
        run(here, "cat; echo ended", pieces(), said.append)
    assert said == ["first", "ended"]
