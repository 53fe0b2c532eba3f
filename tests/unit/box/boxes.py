"""Boxes of this machine: itself, a container that is it, and SSH servers on loopback."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko
import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.host import Host
from pyinfra.connectors import vagrant
from pyinfra.connectors.sshuserclient import client as ssh_client

from dockwright.box.reach import reach
from tests.ssh_server import Server, serving

KEY = paramiko.RSAKey.generate(2048)
# A container that is this machine.
DOCKER = """#!/bin/sh
case "$1 $2" in
  "container inspect") [ "$3" = web ] && echo '[{"State": {"Running": true}}]' ;;
  "exec -i") shift 3; exec "$@" ;;
  *) echo "no such image" >&2; exit 1 ;;
esac
"""


@dataclass
class Here:
    """This machine: a home folder, programs, and servers that end with the test."""

    folder: Path
    ends: ExitStack

    def program(self, name: str, text: str) -> None:
        file = self.folder / "bin" / name
        file.write_text(text)
        file.chmod(0o755)

    def server(self, **options: Any) -> int:
        return self.ends.enter_context(serving(Server(keys=(KEY,), **options)))

    def box(self, name: str, **data: Any) -> Host:
        inventory = Inventory(([(name, data)], {}))
        State(inventory, Config(CONNECT_TIMEOUT=5))
        return self.reached(inventory.get_host(name))

    def reached(self, host: Host) -> Host:
        reach(host)
        self.ends.callback(host.disconnect)
        return host

    def over_ssh(self, server: Server, name: str = "docker", **data: Any) -> Host:
        """A box whose SSH server is ``server``."""
        port = self.ends.enter_context(serving(server))
        host = self.unreached(name, ssh_port=port, **data)
        return self.reached(host)

    def unreached(self, name: str = "docker", **data: Any) -> Host:
        """A box that nobody has connected yet; a datum that is None is not in its inventory."""
        given = {
            "ssh_hostname": "127.0.0.1",
            "ssh_user": "app",
            "ssh_key": str(self.folder / "key"),
            "ssh_known_hosts_file": str(self.folder / "known"),
        }
        inventory = Inventory(
            ([(name, {k: v for k, v in (given | data).items() if v is not None})], {})
        )
        State(inventory, Config(CONNECT_TIMEOUT=5))
        host: Host = inventory.get_host(name)
        return host

    def in_a_container(self) -> Host:
        self.program("docker", DOCKER)
        return self.box("@docker/web")


@contextmanager
def this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    """With a home folder of its own, and nobody at a terminal."""
    (tmp_path / "bin").mkdir()
    (tmp_path / ".ssh").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin", prepend=":")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    KEY.write_private_key_file(str(tmp_path / "key"))
    memories = (ssh_client.get_ssh_config, ssh_client.get_host_keys)
    for memory in (*memories, vagrant.get_vagrant_config, vagrant.get_vagrant_options):
        memory.cache.clear()
    with ExitStack() as ends:
        yield Here(tmp_path, ends)


@contextmanager
def local(*others: str, **data: Any) -> Iterator[Host]:
    """This machine as ``@local``, beside boxes that nobody connects."""
    inventory = Inventory(([("@local", data), *others], {}))
    state = State(inventory, Config())
    host: Host = inventory.get_host("@local")
    host.connect()
    for one in inventory:
        state.activate_host(one)
    try:
        yield host
    finally:
        host.disconnect()
