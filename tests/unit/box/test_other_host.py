"""A fact of another host: asked over its own connection, and of one that is down once."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import paramiko
import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.context import ctx_state

from dockwright.box import other_host
from dockwright.box.fact import Fact
from dockwright.box.other_host import Unreachable, connected, from_host
from dockwright.box.this_run import give_up
from dockwright.errors import BoxError, DockwrightError
from tests.ssh_server import Server, closed_port, serving
from tests.unit.box.boxes import KEY, Here, this_machine


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def run(here: Here) -> Iterator[State]:
    port = here.ends.enter_context(serving(Server(keys=(KEY,))))
    data = {"ssh_hostname": "127.0.0.1", "ssh_user": "root", "ssh_key": str(here.folder / "key")}
    boxes = [("up", {**data, "ssh_port": port}), ("down", {**data, "ssh_port": closed_port()})]
    state = State(Inventory((["@local", *boxes], {})), Config(CONNECT_TIMEOUT=5))
    for host in state.inventory:
        state.activate_host(host)
    with ctx_state.use(state):
        yield state
    for host in state.inventory:
        if host.connected:
            host.disconnect()


class Words(Fact[list[str]]):
    about = "its words"

    def script(self, word: str) -> str:
        return f"echo {word}"

    def read(self, lines: Sequence[str]) -> list[str]:
        return list(lines)


def test_another_box_is_connected_when_it_is_asked_and_its_answer_is_kept(run: State) -> None:
    up = run.inventory.get_host("up")
    assert not up.connected
    first = from_host("up", Words, "one")
    assert (first, up.connected) == (["one"], True)
    # who changes what it was given changes nobody else's
    first.append("mine")
    assert from_host("up", Words, "one") == ["one"]


def test_a_host_that_nobody_has_is_told_with_those_that_are_there(run: State) -> None:
    with pytest.raises(DockwrightError, match=r"^host upp: not in the inventory, which has @local, "
                       r"up, down; name one of them$"):  # fmt: skip
        connected("upp")


def test_a_box_that_is_down_is_waited_for_once(run: State, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreachable, match=r"^box down: connection refused ") as first:
        from_host("down", Words, "x")
    monkeypatch.setattr(other_host, "reach", lambda *_, **__: pytest.fail("it was tried again"))
    with pytest.raises(Unreachable) as second:
        from_host("down", Words, "y")
    assert str(second.value) == str(first.value)


def test_one_that_was_given_up_is_not_tried_at_all(
    run: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_up(run.inventory.get_host("up"), "box up: no answer")
    monkeypatch.setattr(other_host, "reach", lambda *_, **__: pytest.fail("it was tried"))
    with pytest.raises(Unreachable, match=r"^box up: no answer$"):
        connected("up")


def test_a_box_that_answers_no_more_is_unreachable_too(run: State) -> None:
    up = connected("up")
    transport: paramiko.Transport = up.connector.client.get_transport()
    transport.close()
    with pytest.raises(Unreachable, match=r"^box up: the connection to it broke"):
        from_host("up", Words, "z")
    assert not issubclass(Unreachable, BoxError)
