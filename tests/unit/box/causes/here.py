"""This machine's side of a connection, and what is said of a box that it does not come to."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko
import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.connectors.sshuserclient import client as ssh_client

from dockwright.box.reach import NotReached, reach
from tests.ssh_server import HOST_KEY, Server, answering, serving

KEY = paramiko.RSAKey.generate(2048)
OTHER = paramiko.ECDSAKey.generate()


@dataclass
class Here:
    """This machine's side: a home folder, a key, and servers that end with the test."""

    home: Path
    servers: ExitStack

    def port(self, server: Server | None = None) -> int:
        return self.servers.enter_context(serving(server or Server(keys=(KEY,))))

    def greeting(self, greet: Callable[[socket.socket], None]) -> int:
        return self.servers.enter_context(answering(greet))

    def file(self, name: str, content: str | bytes) -> str:
        path = self.home / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def why(self, **data: Any) -> str:
        """What is said of a box with this data."""
        seconds = data.pop("seconds", 3)
        given = {
            "ssh_hostname": "127.0.0.1",
            "ssh_user": "app",
            "ssh_key": str(self.home / "key"),
            "ssh_known_hosts_file": str(self.home / "known"),
        } | data
        inventory = Inventory(([("docker", {k: v for k, v in given.items() if v is not None})], {}))
        State(inventory, Config(CONNECT_TIMEOUT=seconds))
        host = inventory.get_host("docker")
        try:
            reach(host)
        except NotReached as error:
            return str(error).replace(str(self.home), "HOME")
        host.disconnect()
        return "connected"


@contextmanager
def this_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    """With a home folder of its own and nobody at a terminal."""
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    (folder / "home" / ".ssh").mkdir(parents=True)
    for remembered in (ssh_client.get_ssh_config, ssh_client.get_host_keys):
        remembered.cache.clear()
    KEY.write_private_key_file(str(folder / "key"))
    with ExitStack() as servers:
        yield Here(folder, servers)


def config(here: Here, text: str | bytes) -> dict[str, Any]:
    return {"ssh_port": here.port(), "ssh_config_file": here.file("config", text)}


def jump(here: Here, server: Server) -> dict[str, Any]:
    port = here.port(server)
    here.file("home/.ssh/known_hosts", f"[localhost]:{port} {public(HOST_KEY)}\n")
    KEY.write_private_key_file(str(here.home / "home/.ssh/id_rsa"))
    return config(here, f"Host 127.0.0.1\n  ProxyJump jumper@localhost:{port}\n")


def public(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {key.get_base64()}"


def check(here: Here, cause: tuple[Callable[[Here], dict[str, Any]], str]) -> None:
    """That a box which is asked for so is told of in these words; * is for what varies."""
    asked, said = cause
    expected = re.escape(said if said == "connected" else f"box docker: {said}")
    why = here.why(**asked(here))
    assert re.fullmatch(expected.replace(r"\*", ".*"), why), why
