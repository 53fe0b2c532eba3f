"""Questions to a registry about what it keeps beside images, through a box's SSH connection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import TypeVar
from urllib.parse import urljoin

import urllib3
from paramiko import SSHException
from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.connection import broke, is_cut
from dockwright.box.other_host import connected
from dockwright.box.this_run import PerRun
from dockwright.box.tunnel import RegistryPool, pool
from dockwright.chain.registry_name import registry_name
from dockwright.engine.client import talking
from dockwright.errors import NotReady, shown
from dockwright.facts.manifests import way
from dockwright.registry.beside import MANIFEST, digest_of
from dockwright.registry.login import Login
from dockwright.registry.pipelined import Request, Response
from dockwright.ways_out import WayOut, way_out

T = TypeVar("T")
# an image's name, and a tag
Tagged = tuple[str, str]
# more than cosign writes for any image; a registry that was broken into may say what it likes
LONGEST = 65_536  # bytes
# a connection costs several times what a question does: one for so many, and so many at most
_OF_ONE, _AT_ONCE = 12, 8
_TROUBLE = (urllib3.exceptions.HTTPError, SSHException, EOFError, OSError, ValueError)
# by registry, the box that keeps it, where a box's sshd forbids forwarding
_keepers: PerRun[dict[str, str]] = PerRun(dict)


def kept_by(run: State, registry: str, keeper: str) -> None:
    """Take note of the box that keeps ``registry``: it is asked through that one at need.

    Example::

        kept_by(state, "192.168.50.20:5000", "registry")
    """
    _keepers.of(run)[registry] = keeper


def at_once(images: Collection[object]) -> int:
    """How many questions go side by side, where there is one for each of ``images``.

    Example:
        >>> at_once(["zenweb"]), at_once(["zenweb"] * 1000)
        (1, 8)
    """
    return min(_AT_ONCE, 1 + len(images) // _OF_ONE)


class Beside:
    """Requests to one registry; made by `talking_to`."""

    def __init__(
        self,
        registry: str,
        connections: RegistryPool,
        login: Login | None,
        without: WayOut,
    ) -> None:
        self.registry, self.connections, self.without = registry, connections, without
        self.place = registry_name(registry)
        self.headers = {} if login is None else {"Authorization": login.basic()}

    def manifest(self, name: str, tag: str) -> bytes | None:
        """The manifest under ``tag``, or of a digest; None where there is none."""
        return self._get(f"{self._at(name)}/manifests/{tag}", {"Accept": MANIFEST}, LONGEST)

    def manifests(self, tags: Collection[Tagged]) -> dict[Tagged, bytes | None]:
        """The manifest under each of ``tags``, all asked for at once; None where there is none."""
        headers = {**self.headers, "Accept": MANIFEST}
        asked: dict[Tagged, Request] = {
            (name, tag): ("GET", f"{self._at(name)}/manifests/{tag}") for name, tag in tags
        }
        told: Mapping[Request, Response] = {}
        if len(asked) > 1:  # one alone is no fewer round trips so
            # a server that takes one question after the other, or none: it says so itself
            with suppress(ConnectionError):
                told = self.connections.at_once([*asked.values()], headers, LONGEST)
        found: dict[Tagged, bytes | None] = {}
        for (name, tag), question in asked.items():
            answer = told.get(question)
            if answer is not None and answer.status in (200, 404):
                found[name, tag] = answer.text if answer.status == 200 else None
            else:
                found[name, tag] = self.manifest(name, tag)
        return found

    def blob(self, name: str, digest: str, most: int = LONGEST) -> bytes | None:
        """What ``digest`` names; None where that is not there, or longer than ``most`` bytes."""
        return self._get(f"{self._at(name)}/blobs/{digest}", {}, most)

    def put(self, name: str, tag: str, whole: bytes, blobs: Iterable[bytes]) -> None:
        """Put the manifest ``whole`` under ``tag``, and before it the blobs that it names."""
        for blob in blobs:
            self._put_blob(name, blob)
        path = f"{self._at(name)}/manifests/{tag}"
        headers = {**self.headers, "Content-Type": MANIFEST}
        self._taken("PUT", path, 201, headers=headers, body=whole)

    def _at(self, name: str) -> str:
        return f"/v2/{self.place.repository(name)}"

    def _get(self, path: str, further: Mapping[str, str], most: int) -> bytes | None:
        headers = {**self.headers, **further}
        answer = self.connections.request("GET", path, headers=headers, preload_content=False)
        try:
            text = answer.read(most + 1)
        finally:
            answer.close()
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise self._not_taken("GET", path, answer.status)
        return text if len(text) <= most else None

    def _put_blob(self, name: str, text: bytes) -> None:
        begun = self._taken("POST", f"{self._at(name)}/blobs/uploads/", 202, headers=self.headers)
        where = urljoin("http://registry", begun.headers.get("Location", ""))
        path = where.split("//", 1)[1].partition("/")[2]
        joined = "&" if "?" in path else "?"
        self._taken(
            "PUT",
            f"/{path}{joined}digest={digest_of(text)}",
            201,
            headers={**self.headers, "Content-Type": "application/octet-stream"},
            body=text,
        )

    def _taken(
        self,
        method: str,
        path: str,
        status: int,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> urllib3.BaseHTTPResponse:
        answer = self.connections.request(method, path, headers=dict(headers), body=body)
        if answer.status != status:
            raise self._not_taken(method, path, answer.status)
        return answer

    def _not_taken(self, method: str, path: str, status: int) -> NotReady:
        return NotReady(
            f"registry {self.registry}: answered {method} {shown(path)} by {status}; see its log, "
            f"or {way_out(self.without)}"
        )


def talking_to(
    host: Host,
    registry: str,
    login: Login | None,
    question: Callable[[Beside], T],
    what: str = "signatures",
    without: WayOut = WayOut.NO_SIGNATURES,
) -> T:
    """Have ``question`` put to ``registry``, through ``host`` or the box that keeps it.

    Args:
        host: the box.
        registry: ``host[:port][/path]``.
        login: for the registry.
        question: what is asked.
        what: that which is asked about, for an error.
        without: how a site does without it.

    Raises:
        NotReady: the registry can't be asked, or refused.

    Example::

        talking_to(host, place, login, lambda talk: talk.manifest("zenweb", "latest"))
    """
    keeper = _keepers.of(host.state).get(registry)
    try:
        return _through(host, registry, login, question, without)
    except _TROUBLE as error:
        if is_cut(host):
            raise NotReady(broke(host, error, what)) from error
        if keeper is not None and keeper != host.name:
            with suppress(*_TROUBLE, NotReady):
                return _through(connected(keeper), registry, login, question, without)
        raise NotReady(
            f"registry {registry}: its {what} can't be asked through box {host.name} "
            f"({shown(str(error), 200)}); is it up, and does the box's sshd allow forwarding?"
        ) from error


def _through(
    host: Host,
    registry: str,
    login: Login | None,
    question: Callable[[Beside], T],
    without: WayOut,
) -> T:
    # what fails from here on is the registry's doing, and not the engine's
    with talking(host):
        route = way(host, registry)
    connections = pool(host, *route)
    try:
        return question(Beside(registry, connections, login, without))
    finally:
        connections.close()
