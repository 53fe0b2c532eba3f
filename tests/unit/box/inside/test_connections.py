"""What is used of pyinfra's SSH connections: pyinfra itself is asked for each."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import paramiko
import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.exceptions import PyinfraError
from pyinfra.api.host import Host
from pyinfra.connectors import ssh_util
from pyinfra.connectors import util as connecting
from pyinfra.connectors.ssh import SSHConnector
from pyinfra.connectors.sshuserclient import client as sshclient
from pyinfra.connectors.sshuserclient.client import SSHClient
from pyinfra.connectors.sshuserclient.config import SSHConfig

from dockwright.box.inside import connections
from dockwright.box.inside.connections import (
    askpass_key,
    close_files,
    has_agent,
    jump_host,
    known_hosts,
    on_each_file,
    on_each_use,
    prompted_password,
    ssh_settings,
)


class Files:
    """A connection for files; nothing is on its other side."""

    is_closed = False

    def putfo(self, *_: object) -> None: ...

    def getfo(self, *_: object) -> None: ...

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def host() -> Host:
    inventory = Inventory((["web1"], {}))
    State(inventory, Config())
    made: Host = inventory.get_host("web1")
    return made


def _connector(host: Host) -> SSHConnector:
    assert isinstance(host.connector, SSHConnector)
    return host.connector


@pytest.mark.parametrize(
    ("name", "function"),
    [
        (connections.READS_SETTINGS, sshclient.get_ssh_config.__wrapped__),
        (connections.TAKES_SETTINGS, SSHClient.parse_config),
        (connections.LOADS_KEY, ssh_util._load_private_key_file),
        (connections.ASKS_OF_HOST_KEY, sshclient.AskPolicy.missing_host_key),
        (connections.KEEPS_HOST_KEY, sshclient.append_hostkey),
    ],
)
def test_a_function_that_errors_come_through_is_called_so(
    name: str, function: Callable[..., Any]
) -> None:
    assert function.__code__.co_name == name


def test_where_it_connects_a_jump_host_it_says_which_in_these_variables() -> None:
    names = SSHClient.parse_config.__code__.co_varnames
    assert {"hop_hostname", "hop_config"} <= {*names}
    name, config = SSHClient.derive_shorthand(SSHConfig(), "ann@gate:2222")
    assert jump_host({"hop_hostname": name, "hop_config": config}) == ("gate", 2222, "ann")


def test_settings_are_read_as_pyinfra_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("Host web*\n  User ann\n  ProxyJump gate\n")
    found = ssh_settings(str(file), "web1")
    assert (found["user"], found["proxyjump"]) == ("ann", "gate")
    assert ssh_settings(str(tmp_path / "none"), "web1") == {}


def test_a_client_knows_its_agent_and_its_file_of_host_keys(host: Host, tmp_path: Path) -> None:
    assert not has_agent(host.connector)
    assert known_hosts(host.connector) is None
    _connector(host).client = client = SSHClient()
    assert hasattr(client, "_agent")
    assert client._host_keys_filename is None
    file = str(tmp_path / "known_hosts")
    with pytest.raises((paramiko.SSHException, OSError)):  # nobody listens at port 0
        client.connect("127.0.0.1", _pyinfra_ssh_known_hosts_file=file, port=0)
    assert known_hosts(host.connector) == file
    client._agent = SimpleNamespace(get_keys=lambda: ("a key",))
    assert has_agent(host.connector)


def test_a_password_that_was_asked_for_is_kept_there(host: Host) -> None:
    assert prompted_password(host) is None
    host.connector_data["prompted_sudo_password"] = "s3cret"
    assert prompted_password(host) == "s3cret"
    assert '"prompted_sudo_password"' in inspect.getsource(
        connecting.execute_command_with_sudo_retry
    )


def test_a_program_that_tells_the_password_is_taken_where_it_is_known(host: Host) -> None:
    host.connector_data[askpass_key("/run/own")] = "/run/own/askpass"
    line = connecting.make_unix_command_for_host(
        host.state, host, connecting.StringCommand("id"),
        _sudo=True, _sudo_password="s3cret", _temp_dir="/run/own",
    )  # fmt: skip
    # nothing was asked of the box, which is not connected
    assert "SUDO_ASKPASS=/run/own/askpass" in line.get_raw_value()


def test_one_that_is_not_known_would_be_made_by_a_question(host: Host) -> None:
    with pytest.raises((PyinfraError, AssertionError)):
        connecting.make_unix_command_for_host(
            host.state, host, connecting.StringCommand("id"),
            _sudo=True, _sudo_password="s3cret", _temp_dir="/run/own",
        )  # fmt: skip


def test_what_pyinfra_itself_runs_is_within_what_counts_it(host: Host) -> None:
    uses: list[str] = []

    @contextmanager
    def within() -> Iterator[None]:
        uses.append("begins")
        yield
        uses.append("ends")

    class Connector:
        def run_shell_command(self, command: str) -> str:
            uses.append(command)
            return "said"

        def put_file(self) -> None:
            raise OSError

    connector = Connector()
    on_each_use(connector, within)
    on_each_use(connector, within)
    assert connector.run_shell_command("true") == "said"
    assert uses == ["begins", "true", "ends"]
    # pyinfra's connectors have these, and its hosts go by them
    for name in ("run_shell_command", "put_file", "get_file"):
        assert callable(getattr(host.connector, name))
    on_each_use(host.connector, within)
    assert "run_shell_command" in vars(host.connector)


def test_files_come_through_who_counts_them_and_their_connection_is_closed(
    host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[Files] = []

    def open_one(*_: object) -> Files:
        opened.append(Files())
        return opened[-1]

    monkeypatch.setattr("pyinfra.connectors.ssh.SFTPClient.from_transport", open_one)
    connector, count = _connector(host), []
    connector.client = SimpleNamespace(get_transport=object)  # type: ignore[assignment]

    def counted(transfer: Callable[..., None]) -> Callable[..., None]:
        return lambda *args, **given: count.append(transfer(*args, **given))

    on_each_file(connector, counted)
    (tmp_path / "file").write_text("x")
    assert connector.put_file(str(tmp_path / "file"), "/tmp/x")
    assert connector.get_file("/tmp/x", str(tmp_path / "again"))
    assert (len(count), len(opened)) == (2, 1)
    close_files(connector)
    assert opened[0].is_closed
    connector.put_file(str(tmp_path / "file"), "/tmp/x")
    assert (len(opened), opened[1].is_closed) == (2, False)
    close_files(connector)
    close_files(connector)  # there is none
