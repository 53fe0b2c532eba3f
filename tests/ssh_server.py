"""An SSH server on loopback, by paramiko, that refuses as a test wants it to."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import paramiko

Side = socket.socket | paramiko.Channel
HOST_KEY = paramiko.ECDSAKey.generate()


@dataclass
class Server(paramiko.ServerInterface):
    """Takes ``keys`` and ``password``, and says ``answer`` to every command, which it echoes."""

    keys: tuple[paramiko.PKey, ...] = ()
    password: str | None = None
    methods: str = "publickey,password"
    forwards: int | None = (
        None  # the code that a forwarding is answered with; OPEN_SUCCEEDED: it is
    )
    destinations: dict[int, tuple[str, int]] = field(default_factory=dict)  # of those, by channel
    banner: str = ""
    sessions: int = paramiko.OPEN_SUCCEEDED
    most: int = 100  # sessions of a connection at a time, as sshd's MaxSessions
    seconds: float = 0.05  # a command takes
    open: list[int] = field(default_factory=list)  # how many sessions were open, at each opening
    answer: bytes | None = None  # None: what a shell would answer to `echo`
    ends_after: int = 100  # refused logins; then the connection ends, as sshd's does
    refused: int = 0
    transports: list[paramiko.Transport] = field(default_factory=list)

    def get_allowed_auths(self, username: str) -> str:
        return self.methods

    def get_banner(self) -> tuple[str, str] | tuple[None, None]:  # type: ignore[override]
        return (self.banner, "en") if self.banner else (None, None)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._taken(any(key.asbytes() == one.asbytes() for one in self.keys))

    def check_auth_password(self, username: str, password: str) -> int:
        return self._taken(password == self.password)

    def _taken(self, fits: bool) -> int:
        if fits:
            return paramiko.AUTH_SUCCESSFUL
        self.refused += 1
        if self.refused >= self.ends_after:
            for transport in self.transports:
                transport.close()
        return paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        # paramiko forgets a channel when both sides have closed it
        have = sum(len(transport._channels) for transport in self.transports)
        if have >= self.most:
            return paramiko.OPEN_FAILED_RESOURCE_SHORTAGE
        self.open.append(have + 1)
        return self.sessions

    def check_channel_direct_tcpip_request(
        self, chanid: int, origin: tuple[str, int], destination: tuple[str, int]
    ) -> int:
        assert self.forwards is not None
        self.destinations[chanid] = destination
        return self.forwards

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        def answer() -> None:
            if (said := self.answer) is None:
                said = subprocess.check_output(["sh", "-c", command], stdin=subprocess.DEVNULL)
            with contextlib.suppress(OSError):  # who asked is gone
                channel.sendall(said)
                channel.send_exit_status(0 if self.answer is None else 1)
                channel.close()

        threading.Timer(self.seconds, answer).start()
        return True


@contextlib.contextmanager
def serving(server: Server) -> Iterator[int]:
    """The port of ``server``."""

    def greet(connection: socket.socket) -> None:
        transport = paramiko.Transport(connection)
        transport.add_server_key(HOST_KEY)
        server.transports.append(transport)
        with contextlib.suppress(paramiko.SSHException, EOFError):
            transport.start_server(server=server)
        while server.forwards == paramiko.OPEN_SUCCEEDED and transport.is_active():
            channel = transport.accept(0.2)
            # a session is answered by itself
            if channel is not None and channel.get_id() in server.destinations:
                _join(channel, server.destinations.pop(channel.get_id()))

    with answering(greet) as port:
        yield port
    for transport in server.transports:
        transport.close()


def _join(channel: paramiko.Channel, destination: tuple[str, int]) -> None:
    """What comes from either side goes to the other."""
    beyond = socket.create_connection(destination)

    def pass_on(
        one: socket.socket | paramiko.Channel, other: socket.socket | paramiko.Channel
    ) -> None:
        with contextlib.suppress(OSError, EOFError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        one.close()
        other.close()

    for pair in ((channel, beyond), (beyond, channel)):
        threading.Thread(target=pass_on, args=pair, daemon=True).start()


@contextlib.contextmanager
def answering(greet: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a socket on loopback; ``greet`` is given each connection."""
    listening = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connections.append(connection)
                threading.Thread(target=greet, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for connection in connections:
            connection.close()


def closed_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
