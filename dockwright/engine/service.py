"""Services of Swarm through the engine of a manager: what its API takes and says of them.

The SDK has models of its own for a service's specification, which lack keys that engines have; so
the whole is said as it is, by the SDK's session. A registry's login goes in a header, and the text
of a secret in a request's body: neither is in an argument or a log.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pyinfra.api.host import Host

from dockwright.engine.client import client, talking
from dockwright.errors import BoxError, shown
from dockwright.registry.login import Login
from dockwright.text import lines

_GONE, _WRONG = 404, 400
_LAST = 10  # lines
_MOST = 1 << 18  # bytes of a log that are read
_FRAME = 8  # bytes before each piece of a log: the stream, and the piece's length


class Manager:
    """The engine of a manager, asked for its services.

    Args:
        host: the box.

    Example::

        Manager(host).service("rails_web")["Spec"]["Mode"]
    """

    def __init__(self, host: Host) -> None:
        self.host = host

    def service(self, name: str) -> dict[str, Any] | None:
        """A service by its name or ID, as the engine has it; None where there is none."""
        made: dict[str, Any] | None = self._asked("GET", f"/services/{name}")
        return made

    def tasks(self, service: str) -> list[dict[str, Any]]:
        """The tasks of a service, those that ended among them, the newest first."""
        made = self._asked("GET", "/tasks", {"filters": json.dumps({"service": [service]})})
        return sorted(made or (), key=lambda one: str(one["CreatedAt"]), reverse=True)

    def create(self, spec: Mapping[str, Any], login: Login | None) -> None:
        """A new service, whose nodes pull its image by ``login``."""
        self._asked("POST", "/services/create", body=self._with_ids(spec), login=login)

    def update(self, name: str, spec: Mapping[str, Any], login: Login | None) -> None:
        """Have a service be as ``spec`` says."""
        at = self._version(name)
        body = self._with_ids(spec)
        self._asked("POST", f"/services/{name}/update", {"version": at}, body=body, login=login)

    def scale(self, name: str, replicas: int) -> None:
        """Have so many tasks of a service, and nothing else of it changed."""
        had = self.service(name)
        if had is not None:
            spec = {**had["Spec"], "Mode": {"Replicated": {"Replicas": replicas}}}
            query = {"version": had["Version"]["Index"], "registryAuthFrom": "spec"}
            self._asked("POST", f"/services/{had['ID']}/update", query, body=spec)

    def back(self, name: str) -> None:
        """Put a service back to what it was before its last update."""
        had = self.service(name)
        if had is not None and had.get("PreviousSpec"):
            query = {"version": had["Version"]["Index"], "rollback": "previous"}
            self._asked("POST", f"/services/{had['ID']}/update", query, body=had["Spec"])

    def remove(self, name: str) -> None:
        """Have no such service."""
        self._asked("DELETE", f"/services/{name}")

    def secret(self, name: str, text: str, labels: Mapping[str, str]) -> None:
        """Have a secret, unless there is one of that name: what is in one never changes."""
        if name not in self._secrets():
            data = base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()
            body = {"Name": name, "Labels": dict(labels), "Data": data}
            self._asked("POST", "/secrets/create", body=body)

    def no_secret(self, name: str) -> None:
        """Have no such secret."""
        if (its := self._secrets().get(name)) is not None:
            self._asked("DELETE", f"/secrets/{its}")

    def closed(self, name: str, labels: Mapping[str, str]) -> None:
        """Have a network that has no way out of it."""
        if self._asked("GET", f"/networks/{name}") is None:
            body = {"Name": name, "Driver": "overlay", "Internal": True, "CheckDuplicate": True}
            self._asked("POST", "/networks/create", body={**body, "Labels": dict(labels)})

    def no_network(self, name: str) -> None:
        """Have no such network."""
        self._asked("DELETE", f"/networks/{name}")

    def label(self, node: str, key: str, value: str) -> None:
        """Have a node labelled; its other labels stay."""
        had = self._asked("GET", f"/nodes/{node}")
        if had is None:
            raise BoxError(f"box {self.host.name}: swarm: node {node}: it is not there any more")
        spec = {**had["Spec"], "Labels": {**(had["Spec"].get("Labels") or {}), key: value}}
        query = {"version": had["Version"]["Index"]}
        self._asked("POST", f"/nodes/{node}/update", query, body=spec)

    def node_name(self, node: str) -> str:
        """A node as a person calls it."""
        had = self._asked("GET", f"/nodes/{node}") if node else None
        return str(had["Description"]["Hostname"]) if had else "no node"

    def last_lines(self, task: str) -> Sequence[str]:
        """What a task's container wrote last; none where nobody keeps that."""
        query = {"stdout": 1, "stderr": 1, "tail": _LAST}
        with talking(self.host):
            api = client(self.host)
            url = f"{api.base_url}/v{api.api_version}/tasks/{task}/logs"
            answer = api.get(url, params=query, stream=True)
            if answer.status_code >= _WRONG:
                return ()
            return _words(answer.raw.read(_MOST))[-_LAST:]

    def _version(self, name: str) -> int:
        had = self.service(name)
        if had is None:
            raise BoxError(f"box {self.host.name}: service {name}: it is not there any more")
        return int(had["Version"]["Index"])

    def _secrets(self) -> dict[str, str]:
        return {str(one["Spec"]["Name"]): str(one["ID"]) for one in self._asked("GET", "/secrets")}

    def _with_ids(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """``spec`` with the IDs of its secrets, which the engine does not look up."""
        made: dict[str, Any] = json.loads(json.dumps(spec))
        its = made["TaskTemplate"]["ContainerSpec"].get("Secrets") or []
        ids = self._secrets() if its else {}
        for one in its:
            one["SecretID"] = ids.get(one["SecretName"], "")
        return made

    def _asked(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        *,
        body: Any = None,
        login: Login | None = None,
    ) -> Any:
        """What the engine answers, as JSON; None where there is no such thing."""
        headers = {} if login is None else {"X-Registry-Auth": _header(login)}
        with talking(self.host):
            api = client(self.host)
            url = f"{api.base_url}/v{api.api_version}{path}"
            answer = api.request(method, url, params=query, json=body, headers=headers)
            if answer.status_code == _GONE and method in ("GET", "DELETE"):
                return None
            if answer.status_code >= _WRONG:
                why = shown(_message(answer.text), 400)
                raise BoxError(f"box {self.host.name}: its swarm: {why}")
            return answer.json() if answer.content else None


def _header(login: Login) -> str:
    return base64.urlsafe_b64encode(json.dumps(login.auth_config()).encode()).decode()


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["message"])
    except (ValueError, LookupError, TypeError):
        return text


def _words(raw: bytes) -> list[str]:
    """The lines of a log whose pieces have a frame each; one of a terminal has none."""
    pieces, at = bytearray(), 0
    while len(raw) - at >= _FRAME and raw[at] in (0, 1, 2) and raw[at + 1 : at + 4] == b"\0\0\0":
        length = int.from_bytes(raw[at + 4 : at + _FRAME], "big")
        pieces += raw[at + _FRAME : at + _FRAME + length]
        at += _FRAME + length
    return list(lines((bytes(pieces) if at else raw).decode("utf-8", "replace")))
