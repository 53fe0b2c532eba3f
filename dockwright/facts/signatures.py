"""Whether an image of a registry is signed by the site, and putting signatures there.

A deploy says once a run by whose keys images of a registry are to be signed (`accept`); who takes
an image from there asks `is_signed` first. It is asked through a box's SSH connection, and judged
on this machine: neither the registry nor the box is believed. An image that was found signed stays
so for the run, as a digest names one image and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import TypeVar
from urllib.parse import urljoin

import urllib3
from paramiko import SSHException
from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.connection import broke, is_cut, itself
from dockwright.box.other_host import connected
from dockwright.box.side_by_side import side_by_side
from dockwright.box.this_run import PerRun
from dockwright.box.tunnel import pool
from dockwright.chain.registry_name import registry_name
from dockwright.engine.client import talking
from dockwright.errors import NotReady, shown
from dockwright.facts.manifests import way
from dockwright.registry.login import Login
from dockwright.registry.signature import (
    LONGEST,
    MANIFEST,
    document,
    is_signed_by,
    manifest,
    public_key,
    signatures,
    signed,
    tag_of_signatures,
)
from dockwright.ways_out import WayOut, way_out

T = TypeVar("T")
# a connection costs several times what a question does: one for so many, and so many at most
_OF_ONE, _AT_ONCE = 12, 8
_TROUBLE = (urllib3.exceptions.HTTPError, SSHException, EOFError, OSError, ValueError)
# by registry, the public keys of which one must have signed
_accepted: PerRun[dict[str, tuple[str, ...]]] = PerRun(dict)
# by registry, the box that keeps it, where a box's sshd forbids forwarding
_keepers: PerRun[dict[str, str]] = PerRun(dict)
# an image's name in a registry, and its digest
Pinned = tuple[str, str]
# what was found signed, and by which of several keys
_seen: PerRun[set[tuple[tuple[str, ...], Pinned]]] = PerRun(set)


def accept(run: State, registry: str, keys: Collection[str], keeper: str | None = None) -> None:
    """From now on, images of ``registry`` are taken where one of ``keys`` signed them.

    Args:
        run: the run.
        registry: ``host[:port][/path]``.
        keys: public keys, as PEM.
        keeper: the box of the inventory that runs the registry.

    Example::

        accept(state, "192.168.50.20:5000", ["-----BEGIN PUBLIC KEY-----…"])
    """
    _accepted.of(run)[registry] = tuple(keys)
    if keeper is not None:
        _keepers.of(run)[registry] = keeper


def accept_instead(run: State, former: Collection[str], present: Collection[str]) -> None:
    """The same of all registries for which ``former`` were accepted.

    Example::

        accept_instead(state, former.public, present.public)
    """
    accepted = _accepted.of(run)
    for registry, keys in accepted.items():
        if keys == tuple(former):
            accepted[registry] = tuple(present)


def is_signed(host: Host, registry: str, name: str, digest: str, login: Login | None) -> bool:
    """Whether ``name@digest`` of ``registry`` is signed as its images are to be, if they are.

    Raises:
        NotReady: the registry can't be asked.

    Example::

        is_signed(host, "192.168.50.20:5000", "zenweb", "sha256:…", login)
    """
    keys = _accepted.of(itself(host).state).get(registry)
    return keys is None or not unsigned(host, registry, [(name, digest)], login, keys)


def unsigned(
    host: Host,
    registry: str,
    images: Collection[Pinned],
    login: Login | None,
    keys: Collection[str],
) -> list[Pinned]:
    """Those of ``images`` that none of ``keys`` signed.

    Args:
        host: the box that asks.
        registry: ``host[:port][/path]``.
        images: each with its name in the registry, and its digest.
        login: for the registry.
        keys: public keys, as PEM.

    Raises:
        NotReady: the registry can't be asked.

    Example::

        unsigned(host, "192.168.50.20:5000", [("zenweb", "sha256:…")], login, [key])
    """
    host, wanted = itself(host), tuple(keys)
    seen = _seen.of(host.state)
    open_ones = [image for image in dict.fromkeys(images) if (wanted, image) not in seen]
    if open_ones:

        def ask(talk: _Talk) -> list[bool]:
            return side_by_side(
                lambda image: talk.has_signature(*image, wanted), open_ones, _at_once(open_ones)
            )

        answers = _talking(host, registry, login, ask)
        good = [image for image, yes in zip(open_ones, answers, strict=True) if yes]
        seen.update((wanted, image) for image in good)
    return [image for image in dict.fromkeys(images) if (wanted, image) not in seen]


def sign(
    host: Host, registry: str, images: Collection[Pinned], login: Login | None, key: str
) -> None:
    """Put a signature by ``key`` beside each of ``images``; those of others stay.

    Args:
        host: the box that puts them there; it is not told the key.
        registry: ``host[:port][/path]``.
        images: each with its name in the registry, and its digest.
        login: one that writes.
        key: a private key, as PEM.

    Raises:
        NotReady: the registry did not take one.

    Example::

        sign(host, "192.168.50.20:5000", [("zenweb", "sha256:…")], login, key)
    """

    def put(talk: _Talk) -> None:
        every = list(dict.fromkeys(images))
        side_by_side(lambda image: talk.sign(*image, key), every, _at_once(every))

    _talking(itself(host), registry, login, put)


def _at_once(images: Collection[Pinned]) -> int:
    return min(_AT_ONCE, 1 + len(images) // _OF_ONE)


class _Talk:
    """Requests to one registry."""

    def __init__(
        self, registry: str, connections: urllib3.HTTPConnectionPool, login: Login | None
    ) -> None:
        self.registry, self.connections = registry, connections
        self.place = registry_name(registry)
        self.headers = {} if login is None else {"Authorization": login.basic()}

    def has_signature(self, name: str, digest: str, keys: Collection[str]) -> bool:
        ours = document(f"{self.registry}/{name}", digest)
        for one in signatures(self._manifest(name, digest)):
            # what we would write ourselves need not be fetched
            known = one.digest == f"sha256:{sha256(ours).hexdigest()}"
            text = ours if known else self._get(f"{self._at(name)}/blobs/{one.digest}")
            if text is not None and is_signed_by(tuple(keys), one, text, name, digest):
                return True
        return False

    def sign(self, name: str, digest: str, key: str) -> None:
        text = document(f"{self.registry}/{name}", digest)
        new = signed(key, text)
        own = [public_key(key, "signing key")]
        others = [
            one.entry
            for one in signatures(self._manifest(name, digest))
            if not is_signed_by(own, one, text, name, digest)
        ]
        # the first are looked at
        whole, settings = manifest([new.entry, *others])
        for blob in (text, settings):
            self._put_blob(name, blob)
        path = f"{self._at(name)}/manifests/{tag_of_signatures(digest)}"
        headers = {**self.headers, "Content-Type": MANIFEST}
        self._taken("PUT", path, 201, headers=headers, body=whole)

    def _at(self, name: str) -> str:
        return f"/v2/{self.place.repository(name)}"

    def _manifest(self, name: str, digest: str) -> bytes:
        path = f"{self._at(name)}/manifests/{tag_of_signatures(digest)}"
        return self._get(path, {"Accept": MANIFEST}) or b""

    def _get(self, path: str, further: Mapping[str, str] | None = None) -> bytes | None:
        headers = {**self.headers, **(further or {})}
        answer = self.connections.request("GET", path, headers=headers, preload_content=False)
        try:
            text = answer.read(LONGEST + 1)
        finally:
            answer.close()
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise self._not_taken("GET", path, answer.status)
        # what is longer is nothing that cosign wrote
        return text if len(text) <= LONGEST else None

    def _put_blob(self, name: str, text: bytes) -> None:
        digest = f"sha256:{sha256(text).hexdigest()}"
        begun = self._taken("POST", f"{self._at(name)}/blobs/uploads/", 202, headers=self.headers)
        where = urljoin("http://registry", begun.headers.get("Location", ""))
        path = where.split("//", 1)[1].partition("/")[2]
        joined = "&" if "?" in path else "?"
        self._taken(
            "PUT",
            f"/{path}{joined}digest={digest}",
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
            f"or {way_out(WayOut.NO_SIGNATURES)}"
        )


def _talking(host: Host, registry: str, login: Login | None, question: Callable[[_Talk], T]) -> T:
    keeper = _keepers.of(host.state).get(registry)
    try:
        return _through(host, registry, login, question)
    except _TROUBLE as error:
        if is_cut(host):
            raise NotReady(broke(host, error, "signatures")) from error
        if keeper is not None and keeper != host.name:
            with suppress(*_TROUBLE, NotReady):
                return _through(connected(keeper), registry, login, question)
        raise NotReady(
            f"registry {registry}: its signatures can't be asked through box {host.name} "
            f"({shown(str(error), 200)}); is it up, and does the box's sshd allow forwarding?"
        ) from error


def _through(host: Host, registry: str, login: Login | None, question: Callable[[_Talk], T]) -> T:
    # what fails from here on is the registry's doing, and not the engine's
    with talking(host):
        route = way(host, registry)
    connections = pool(host, *route)
    try:
        return question(_Talk(registry, connections, login))
    finally:
        connections.close()
