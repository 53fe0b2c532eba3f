"""The Docker Engine of a pyinfra host, through the connection pyinfra holds already.

`docker system dial-stdio` in an SSH channel (or in a child process, for `@local`) is the
engine's API on a byte stream: no port is opened, no second login is needed.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import requests
import urllib3
from docker import APIClient
from docker.auth import AuthConfig
from docker.errors import APIError, DockerException
from paramiko import SSHException
from pyinfra.api.host import Host
from pyinfra.connectors.local import LocalConnector
from pyinfra.connectors.ssh import SSHConnector
from requests.adapters import HTTPAdapter

from dockwright.box.connection import broke, channel_for, is_cut
from dockwright.box.privilege import needs_sudo
from dockwright.errors import DockwrightError, NotReady

Dial = Callable[[], Any]

# Seconds without a byte from the engine: one quiet instruction of a build may take minutes.
SILENCE = 1200
# Each connection that is kept is a channel, and sshd allows ten at once (MaxSessions).
_IDLE = 3
# Whether there is an engine to ask, in sh: not one that somebody stopped, as docker.socket would
# start it for a mere question. One that is starting, or has a job that will start it, is waited
# for. Without systemd only its answer tells.
NOT_STOPPED = (
    "{ case $(systemctl show --property=ActiveState,Job docker.service 2>/dev/null) in "
    "*Job=[1-9]*) ;; *=inactive*|*=failed*) false ;; esac; }"
)
_PROGRAM = f"{NOT_STOPPED} && exec docker system dial-stdio"
_clients: WeakKeyDictionary[Host, _Client] = WeakKeyDictionary()


class _Connection(urllib3.connection.HTTPConnection):
    dial: Dial

    def connect(self) -> None:
        self.sock = self.dial()
        self.sock.settimeout(SILENCE)


class _Pool(urllib3.HTTPConnectionPool):
    def __init__(self, dial: Dial) -> None:
        super().__init__("localhost", timeout=SILENCE, maxsize=_IDLE)
        self._dial = dial

    def _new_conn(self) -> _Connection:
        connection = _Connection("localhost", timeout=SILENCE)
        connection.dial = self._dial
        return connection


class _Adapter(HTTPAdapter):
    """Every request of a session goes to the one engine."""

    def __init__(self, dial: Dial) -> None:
        super().__init__()
        self._pool = _Pool(dial)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> _Pool:
        return self._pool

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        return request.path_url

    def close(self) -> None:
        self._pool.close()
        super().close()


class _NoLogins(AuthConfig):
    """Logins that the SDK does not fill from this machine's config.json, as it would empty ones."""

    is_empty = False


class _Client(APIClient):
    def __init__(self, dial: Dial) -> None:
        self._dial = dial
        super().__init__(base_url="http://engine:2375", version="auto", timeout=SILENCE)

    def _retrieve_server_version(self) -> str:
        # Called while the client is made, before it asks anything: the place to take it over.
        self.mount("http://engine:2375", _Adapter(self._dial))
        self.trust_env = False
        # The SDK would send every login of this machine's ~/.docker/config.json with a build.
        self._auth_configs = _NoLogins({})
        return str(super()._retrieve_server_version())  # type: ignore[misc]  # not in its stubs


def client(host: Host) -> APIClient:
    """The SDK's client for the engine of ``host``; one per host, made at the first call.

    Raises:
        NotReady: the engine does not answer.
        DockwrightError: the host is reached neither by SSH nor as ``@local``.

    Example:
        >>> client(host).version()["Version"]  # doctest: +SKIP
        '20.10.24+dfsg1'
    """
    if host not in _clients:
        with talking(host):
            _clients[host] = _Client(_dialler(host))
    return _clients[host]


@contextmanager
def talking(host: Host) -> Iterator[None]:
    """Turn what the SDK and the connection raise into one line of ours."""
    try:
        yield
    except APIError as error:
        raise DockwrightError(f"box {host.name}: engine: {error.explanation or error}") from error
    except (
        DockerException,
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        SSHException,
        OSError,
    ) as error:
        if is_cut(host):
            raise NotReady(broke(host, _innermost(error))) from error
        raise NotReady(
            f"box {host.name}: its engine does not answer ({_innermost(error)}); "
            "see `systemctl status docker` there"
        ) from error


def _innermost(error: BaseException) -> str:
    while error.__context__ is not None:
        error = error.__context__
    return str(error) or type(error).__name__


def _dialler(host: Host) -> Dial:
    connector = host.connector
    if isinstance(connector, SSHConnector):
        command = shlex.join(_command(needs_sudo(host)))
        return lambda: channel_for(connector, command)
    if isinstance(connector, LocalConnector):
        return _as_child
    raise DockwrightError(
        f"box {host.name}: reached by {type(connector).__name__}; its engine can be reached "
        "over SSH or as @local only"
    )


def _command(sudo: bool) -> list[str]:
    return [*(["sudo", "-n"] if sudo else []), "sh", "-c", _PROGRAM]


def _as_child() -> socket.socket:
    ours, theirs = socket.socketpair()
    with theirs:
        subprocess.Popen(
            _command(os.geteuid() != 0),
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=subprocess.DEVNULL,
        )
    return ours
