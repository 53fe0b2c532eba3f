"""Which digests a registry has under many tags: one request a tag, over few connections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import gevent
import urllib3
from paramiko import SSHException
from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.connection import itself
from dockwright.box.shared import asked_of
from dockwright.box.side_by_side import side_by_side
from dockwright.box.this_run import PerRun
from dockwright.box.tunnel import SECONDS, RegistryPool, pool
from dockwright.chain.registry_name import RegistryName, registry_name
from dockwright.engine.client import client, talking
from dockwright.errors import DockwrightError, NotReady, shown
from dockwright.facts.insecure import insecure_on
from dockwright.facts.registry import Trust
from dockwright.registry.client import digest as digest_by
from dockwright.registry.client import refused
from dockwright.registry.login import Login
from dockwright.registry.pipelined import Request

# Each connection costs several times what a question does: one for so many questions, 8 at most.
_OF_ONE, _AT_ONCE = 12, 8
# A TLS error is an OSError, a CA that is no PEM a ValueError.
_TROUBLE = (urllib3.exceptions.HTTPError, SSHException, OSError, ValueError)
_DIGEST = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}")
TYPES = ", ".join(
    [
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
    ]
)

# by registry, whence its CA is known
_authorities: PerRun[dict[str, Callable[[], str | None]]] = PerRun(dict)


class _NotByTunnel(Exception):
    """An answer that only the engine knows what to make of."""


def digests(
    host: Host,
    registry: str,
    images: Iterable[str],
    login: Login | None,
    foreseen: Iterable[str] = (),
) -> dict[str, str | None]:
    """The digest that ``registry`` has for each of ``images``, or None where it has none.

    Asked through a tunnel of the box's SSH connection; where that can't be (forwarding is
    forbidden, another kind of login), by the box's engine, which asks the registry three times.

    Args:
        host: the box, whose engine trusts the registry's CA.
        registry: ``host[:port][/path]``.
        images: such as ``zenweb:latest``, or with a digest, ``zenweb@sha256:…``.
        login: for the registry; sent in a header.
        foreseen: asked too, at the same time, and left out where their answer is none.

    Raises:
        Refused: wrong credentials.
        NotReady: the registry does not answer, or is not trusted.

    Example::

        digests(host, "192.168.50.20:5000", ["zenweb:latest"], login)
        # {'zenweb:latest': 'sha256:…'}
    """
    host, wanted = itself(host), list(dict.fromkeys(images))
    place, further = registry_name(registry), dict[str, str | None]()
    if not wanted:
        return {}
    with talking(host):
        try:
            connections = pool(host, *way(host, registry))
            try:
                every = list(dict.fromkeys([*wanted, *foreseen]))
                known = _at_once(connections, place, every, login)

                def ask(image: str) -> str | None:
                    return (
                        known[image] if image in known else _head(connections, place, image, login)
                    )

                answers = _asked(ask, wanted)
                with suppress(_NotByTunnel, DockwrightError, *_TROUBLE):
                    for image in every[len(wanted) :]:
                        further[image] = ask(image)
            finally:
                connections.close()
        except (_NotByTunnel, *_TROUBLE) as error:
            if _is_late(error):
                # asked by the engine, it would say nothing either
                raise NotReady(
                    f"registry {registry}: takes connections from box {host.name}, and says "
                    f"nothing for {SECONDS} s; see its log on its own box"
                ) from error
            engine = client(host)
            answers = _asked(lambda image: digest_by(engine, f"{registry}/{image}", login), wanted)
    told = {**dict(zip(wanted, answers, strict=True)), **further}
    for image, its in told.items():
        if its is not None and not _DIGEST.fullmatch(its):
            raise NotReady(
                f"registry {registry}: {shown(its)}: no digest, told of {image}; see what answers "
                "there"
            )
    return told


def _is_late(error: BaseException) -> bool:
    """Whether time ran out; urllib3 says so of a broken connection."""
    within: BaseException | None = error
    while within is not None:
        if isinstance(within, (TimeoutError, urllib3.exceptions.TimeoutError)):
            return True
        within = within.__cause__ or within.__context__
    return any(isinstance(argument, TimeoutError) for argument in error.args)


def _asked(ask: Callable[[str], str | None], images: Sequence[str]) -> list[str | None]:
    # the first one alone: where the registry is down, one answer is waited for
    at_once = min(_AT_ONCE, 1 + len(images) // _OF_ONE)
    return [ask(images[0]), *side_by_side(ask, images[1:], at_once)]


def way(host: Host, registry: str) -> tuple[tuple[str, int], str | None, bool]:
    """How ``host`` comes to ``registry``: its address, the CA it is known by, and whether by TLS.

    Example::

        way(host, "192.168.50.20:5000")[0]  # ('192.168.50.20', 5000)
    """
    host, name = itself(host), registry_name(registry)
    ask = _authorities.of(host.state).get(name.domain)
    # as an engine does it, which tries TLS first: what has a CA of the site is not told a login
    # without it, whatever the box's engine is told
    if ask is not None and (authority := ask()) is not None:
        return name.address(True), authority, True
    insecure = asked_of(host, "which registries its engine knows", lambda: insecure_on(host))
    if name.domain in insecure:
        return name.address(False), None, False
    if ask is not None:
        return name.address(True), None, True
    return name.address(True), host.get_fact(Trust, str(registry)).texts.get("certificate"), True


def known_by(run: State, registry: str, authority: Callable[[], str | None]) -> None:
    """Take note of where the CA of ``registry`` is to be had, instead of the box that asks.

    A box that was broken into could name another CA, and have the login told to whoever it likes.

    Args:
        run: the run.
        registry: ``host[:port][/path]``.
        authority: gives the CA as PEM, or None where there is none yet.

    Example::

        known_by(state, "192.168.50.20:5000", lambda: "-----BEGIN CERTIFICATE-----…")
    """
    _authorities.of(run)[registry_name(registry).domain] = authority


def _at_once(
    connections: RegistryPool,
    registry: RegistryName,
    images: Sequence[str],
    login: Login | None,
) -> dict[str, str | None]:
    """What the registry says in one round trip; those with any other answer are not in it."""
    if len(images) == 1:
        return {}
    asked: dict[str, Request] = {image: ("HEAD", _path(registry, image)) for image in images}
    told = connections.at_once(list(asked.values()), _headers(login))
    known: dict[str, str | None] = {}
    for image, question in asked.items():
        if (answer := told.get(question)) is None:
            continue
        digest = answer.headers.get("docker-content-digest")
        if answer.status == 404:
            known[image] = None
        elif answer.status == 200 and digest:
            known[image] = digest
    return known


def _path(registry: RegistryName, image: str) -> str:
    name, _, tag = image.partition("@") if "@" in image else image.rpartition(":")
    return f"/v2/{registry.repository(name)}/manifests/{tag}"


def _headers(login: Login | None) -> dict[str, str]:
    own = {} if login is None else {"Authorization": login.basic()}
    return {"Accept": TYPES, **own}


# Seconds until a registry is asked again: it says 500 while a tag is put on another image.
_AGAIN = (0.2, 0.6)


def _head(
    connections: urllib3.HTTPConnectionPool,
    registry: RegistryName,
    image: str,
    login: Login | None,
) -> str | None:
    path, headers = _path(registry, image), _headers(login)
    for wait in (*_AGAIN, None):
        answer = connections.request("HEAD", path, headers=headers)
        if answer.status < 500 or wait is None:
            break
        gevent.sleep(wait)
    if answer.status == 404:
        return None
    basic = answer.headers.get("WWW-Authenticate", "").lower().startswith("basic")
    if answer.status == 401 and basic:
        raise refused(str(registry), login, "401 Unauthorized")
    content_digest = answer.headers.get("Docker-Content-Digest")
    if answer.status != 200 or not content_digest:
        raise _NotByTunnel(f"{answer.status}")
    return str(content_digest)
