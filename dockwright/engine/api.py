"""The SDK's client to an engine that is reached over a stream, such as a box's SSH connection.

It is loaded where an engine is first asked by it (`dockwright.engine.client`), as the SDK takes its
time to load.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
import urllib3
from docker import APIClient
from docker.auth import AuthConfig
from pyinfra.api.host import Host
from requests.adapters import HTTPAdapter

from dockwright.box.channels import IDLE
from dockwright.box.idle import IdlePool
from dockwright.box.stream import Stream

Dial = Callable[[], Stream]


class _Connection(urllib3.connection.HTTPConnection):
    dial: Dial
    sock: Any  # a Stream has what is asked of a socket

    def connect(self) -> None:
        self.sock = self.dial()

    @property
    def is_connected(self) -> bool:
        return self.sock is not None and bool(self.sock.is_open)


class _Pool(IdlePool):
    def __init__(self, host: Host, dial: Dial, silence: float) -> None:
        super().__init__(host, "localhost", timeout=silence, maxsize=IDLE)
        self._dial, self._silence = dial, silence

    def _new_conn(self) -> _Connection:
        connection = _Connection("localhost", timeout=self._silence)
        connection.dial = self._dial
        return connection


class _Adapter(HTTPAdapter):
    """Every request of a session goes to the one engine."""

    def __init__(self, host: Host, dial: Dial, silence: float) -> None:
        super().__init__()
        self._pool = _Pool(host, dial, silence)

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


class Client(APIClient):
    """The client of one host.

    Args:
        host: the box.
        dial: makes a stream to its engine; it has limits of its own.
        silence: seconds without a byte of it.
    """

    def __init__(self, host: Host, dial: Dial, silence: float) -> None:
        self._host, self._dial, self._silence = host, dial, silence
        super().__init__(base_url="http://engine:2375", version="auto", timeout=int(silence))

    def _retrieve_server_version(self) -> str:
        # Called while the client is made, before it asks anything: the place to take it over.
        self.mount("http://engine:2375", _Adapter(self._host, self._dial, self._silence))
        self.trust_env = False
        # The SDK would send every login of this machine's ~/.docker/config.json with a build.
        self._auth_configs = _NoLogins({})
        return str(super()._retrieve_server_version())  # type: ignore[misc]  # not in its stubs
