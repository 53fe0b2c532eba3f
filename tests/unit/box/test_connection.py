"""The connectors of pyinfra by which a box may be reached: all works, or is refused by name."""

import ast
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest
from pyinfra.api import Config, Inventory, State, StringCommand
from pyinfra.api.connectors import get_execution_connectors
from pyinfra.api.host import Host
from pyinfra.context import ctx_host, ctx_state

from dockwright.box.answer import Question
from dockwright.box.ask import ask
from dockwright.box.connection import broke, by_ssh, has_streams, is_local, name_of
from dockwright.box.inside.command import make_inventory
from dockwright.box.lock import hold
from dockwright.box.process import do, run
from dockwright.box.session import session
from dockwright.box.stream import Limits, dial
from dockwright.box.this_run import this_run
from dockwright.deploys import declare
from dockwright.engine.client import client
from dockwright.errors import DockwrightError
from tests.ssh_server import HOST_KEY
from tests.unit.box.boxes import KEY, Here, this_machine

ROOT = Path(__file__).parents[3] / "dockwright"
_BROKE = re.compile("connection (to .*)?broke")
VAGRANT = """#!/bin/sh
case "$1" in
  status) echo "1,docker,state,running" ;;
  ssh-config) printf 'Host docker\\n  HostName 127.0.0.1\\n  User app\\n  Port PORT\\n'
              printf '  IdentityFile KEY\\n\\n' ;;
esac
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    with this_machine(tmp_path, monkeypatch) as made:
        yield made


def _answers(host: Host) -> None:
    assert ask(host, Question("echo an answer", "it")).lines() == ["an answer"]


def test_facts_and_lines_are_had_of_a_container(here: Here) -> None:
    host = here.in_a_container()
    assert (name_of(host), has_streams(host), by_ssh(host)) == ("@docker", False, None)
    _answers(host)
    done = do(host, StringCommand("cat; echo no >&2; exit 3"), {}, b"given")
    assert (done.ok, done.output, done.errors) == (False, ("given",), ("no",))
    hold(host)  # nothing of it is there to hold a lock


REFUSED: dict[str, Callable[[Host], object]] = {
    "its engine": client,
    "a script of ours": lambda host: run(host, "true", b"", print),
    "its logs": lambda host: dial(host, "ready", "its logs", Limits(1)),
    "a terminal of it": lambda host: session(host, "true"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_needs_a_stream_is_refused_of_a_container_by_name(here: Here, what: str) -> None:
    host = here.in_a_container()
    with pytest.raises(DockwrightError) as refused:
        REFUSED[what](host)
    assert str(refused.value) == (
        f"box @docker/web: reached by @docker; {what} can be reached over SSH or as @local only"
    )


def test_each_connector_that_runs_commands_has_the_name_of_an_inventory() -> None:
    state = State(Inventory((["web"], {})), Config())
    for name, connector in get_execution_connectors().items():
        host = Host("web", state.inventory, [])
        host.state, host.connector = state, object.__new__(connector)
        assert name_of(host) == f"@{name}"
        assert has_streams(host) is (name in ("ssh", "local"))


def test_a_machine_of_vagrants_is_reached_over_ssh(here: Here) -> None:
    text = VAGRANT.replace("PORT", str(here.server())).replace("KEY", f"{here.folder}/key")
    here.program("vagrant", text)
    state = State()
    with ctx_state.use(state):
        inventory = make_inventory("@vagrant", cwd=str(here.folder))
    state.init(inventory, Config())
    (found,) = inventory
    host = here.reached(found)
    assert (str(host.name), name_of(host)) == ("@vagrant/docker", "@ssh")
    assert by_ssh(host) is host.connector
    _answers(host)


def test_a_box_behind_a_jump_host_is_reached_over_ssh(here: Here) -> None:
    jump = here.server(forwards=paramiko.OPEN_SUCCEEDED)
    public = f"{HOST_KEY.get_name()} {HOST_KEY.get_base64()}"
    (here.folder / ".ssh/known_hosts").write_text(f"[localhost]:{jump} {public}\n")
    KEY.write_private_key_file(str(here.folder / ".ssh/id_rsa"))
    config = here.folder / "config"
    config.write_text(f"Host 127.0.0.1\n  ProxyJump jumper@localhost:{jump}\n")
    host = here.box(
        "docker",
        ssh_hostname="127.0.0.1",
        ssh_port=here.server(),
        ssh_user="app",
        ssh_key=str(here.folder / "key"),
        ssh_config_file=str(config),
    )
    assert by_ssh(host) is host.connector
    _answers(host)
    behind = host.connector.client.get_transport()
    assert _no_delay(behind.sock.get_transport().sock)
    assert behind.sock.get_transport().sock.gettimeout() > 1


def test_a_connection_that_rests_wakes_up_seldom_and_ends_at_once(here: Here) -> None:
    host = here.reached(here.unreached(ssh_port=here.server()))
    transport = host.connector.client.get_transport()
    _answers(host)
    looked: list[float] = []
    # due each time that it looks
    transport.packetizer.set_keepalive(0.001, lambda: looked.append(time.monotonic()))
    time.sleep(1)
    assert len(looked) <= 1
    until = time.monotonic() + 10
    while not looked and time.monotonic() < until:
        time.sleep(0.1)
    assert looked  # a keepalive is sent when it is due
    began = time.monotonic()
    transport.close()
    transport.join(5)
    assert not transport.is_alive()
    assert time.monotonic() - began < 1.5  # before it would look again


def _no_delay(sock: socket.socket) -> bool:
    return bool(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_a_deploy_waits_for_nothing_before_it_says_its_first_word(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, seen = here.unreached(ssh_port=here.server()), list[bool]()
    host.connect(raise_exceptions=True)  # as pyinfra's own command does
    sock = host.connector.client.get_transport().sock
    assert not _no_delay(sock)
    monkeypatch.setattr(declare, "leave_out_away", lambda _: seen.append(_no_delay(sock)))
    monkeypatch.setattr(declare, "why_absent", lambda _: "left out")
    with ctx_state.use(host.state), ctx_host.use(host):
        declare.deploy("Server")(lambda: None)()
    host.disconnect()
    assert seen == [True]


def test_this_machine_has_streams(here: Here) -> None:
    host = here.box("@local")
    assert (is_local(host), has_streams(host), by_ssh(host)) == (True, True, None)
    _answers(host)


def test_a_broken_connection_has_one_line() -> None:
    state = State(Inventory((["web"], {})), Config())
    host = state.inventory.get_host("web")
    again = "see that it is up, and run it again"
    assert broke(host) == f"box web: the connection to it broke; {again}"
    assert broke(host, EOFError(), "its lock") == (
        f"box web: the connection to it broke, asked about its lock (EOFError); {again}"
    )
    assert (
        broke(host, "reset", way="see it") == "box web: the connection to it broke (reset); see it"
    )
    refused = paramiko.ChannelException(2, "Connect failed")
    assert broke(host, refused) == (
        "box web: its SSH server opens no further session (Connect failed); raise MaxSessions there"
    )
    this_run(state).silent[host] = "box web: no answer of its SSH server for 60 s"
    assert broke(host, EOFError()) == "box web: no answer of its SSH server for 60 s"


def test_one_module_tells_connectors_apart_and_says_that_one_broke() -> None:
    apart, broken = set(), set()
    for path in ROOT.rglob("*.py"):
        file = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = ast.unparse(node)
            if isinstance(node, ast.Call) and text.startswith("isinstance("):
                apart |= {file} if "Connector" in text else set()
            if isinstance(node, ast.JoinedStr) and _BROKE.search(text):
                broken.add(file)
    assert (apart, broken) == ({"box/connection.py"}, {"box/connection.py"})
