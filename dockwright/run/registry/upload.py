"""An image put into a registry of the site byte by byte, by way of the registry's own box.

The login is sent from here, within TLS: no engine and no other box has a part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO
from urllib.parse import urljoin

import urllib3
from paramiko import SSHException
from pyinfra.api.host import Host

from dockwright.box.tunnel import RegistryPool, pool
from dockwright.chain.registry_name import registry_name
from dockwright.engine.client import talking
from dockwright.engine.oci_layout import OciLayout
from dockwright.errors import DockwrightError, shown
from dockwright.facts.manifests import TYPES, way
from dockwright.registry.kept.filling import type_of
from dockwright.registry.kept.listing import Manifest
from dockwright.registry.login import Login
from dockwright.registry.pipelined import Response

_PIECE = 4 << 20  # bytes of a request: each is answered soon, and says how far it is
_SECONDS = 120.0  # for an answer: a registry reads a large layer through at its end
_LONGEST = 4 << 20  # bytes of a manifest: what registries take
_TROUBLE = (urllib3.exceptions.HTTPError, SSHException, EOFError, OSError, ValueError)


class Receiver:
    """A registry that is given images; made by `receiving`."""

    def __init__(self, registry: str, connections: RegistryPool, login: Login | None) -> None:
        self.registry, self._connections = registry, connections
        self._place = registry_name(registry)
        self._login = {} if login is None else {"Authorization": login.basic()}

    def take(self, name: str, digest: str, layout: OciLayout, say: Callable[[int], None]) -> bool:
        """Put image ``name@digest`` of ``layout`` there; False where not all of it is in it.

        What the registry has of it is not sent again.

        Args:
            name: below the registry's path.
            digest: of its manifest.
            layout: has it, as a registry had it.
            say: told the bytes that were sent, again and again.

        Raises:
            DockwrightError: the registry refused.
        """
        manifests = layout.manifests(digest)
        for one in manifests:
            for blob in one.blobs:
                if self._asked("HEAD", self._at(name, "blobs", blob), (200, 404)).status == 404:
                    self._put(name, blob, *layout.blob(blob), say)
            self._name(name, one, one.digest)
        return bool(manifests)

    def give_tag(self, name: str, digest: str, tag: str) -> None:
        """Have ``tag`` name the manifest ``digest`` that is there.

        Raises:
            DockwrightError: it is not there, or the registry refused.
        """
        path = self._at(name, "manifests", digest)
        manifest = Manifest(
            digest, self._asked("GET", path, (200,), headers={"Accept": TYPES}).text or b""
        )
        if manifest.wrong is not None:
            raise DockwrightError(
                f"registry {self.registry}: {name}@{digest[:19]}… {manifest.wrong}; run "
                "`dockwright registry verify`"
            )
        self._name(name, manifest, tag)

    def _name(self, name: str, manifest: Manifest, reference: str) -> None:
        path, headers = self._at(name, "manifests", reference), {"Content-Type": type_of(manifest)}
        self._asked("PUT", path, (201,), headers=headers, body=manifest.text)

    def _put(
        self, name: str, digest: str, content: IO[bytes], size: int, say: Callable[[int], None]
    ) -> None:
        begun = self._asked("POST", self._at(name, "blobs", "uploads/"), (202,))
        where, sent = _path(begun), 0
        headers = {"Content-Type": "application/octet-stream"}
        while sent < size and (piece := content.read(_PIECE)):
            where = _path(self._asked("PATCH", where, (202,), headers=headers, body=piece))
            sent += len(piece)
            say(len(piece))
        joined = "&" if "?" in where else "?"
        # the registry holds it against its digest
        self._asked("PUT", f"{where}{joined}digest={digest}", (201,), headers=headers, body=b"")

    def _at(self, name: str, what: str, which: str) -> str:
        return f"/v2/{self._place.repository(name)}/{what}/{which}"

    def _asked(
        self,
        method: str,
        path: str,
        statuses: tuple[int, ...],
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Response:
        answer = self._connections.request(
            method,
            path,
            headers={**self._login, **(headers or {})},
            body=body,
            timeout=_SECONDS,
            preload_content=False,
        )
        # a registry that was broken into may say what it likes
        text = answer.read(_LONGEST + 1, decode_content=False)
        answer.release_conn()
        if answer.status not in statuses or len(text) > _LONGEST:
            said = f": {shown(text[:300].decode('utf-8', 'replace'), 200)}" if text else ""
            raise DockwrightError(
                f"registry {self.registry}: answered {method} {shown(path.partition('?')[0], 200)} "
                f"by {answer.status}{said}; see its log, and the room on its disk"
            )
        told = {key.lower(): value for key, value in answer.headers.items()}
        return Response(answer.status, told, text)


def _path(answer: Response) -> str:
    """Where an upload goes on, whatever the registry calls itself."""
    where = urljoin("http://registry", answer.headers.get("location", ""))
    return f"/{where.split('//', 1)[1].partition('/')[2]}"


@contextmanager
def receiving(host: Host, registry: str, login: Login | None) -> Iterator[Receiver]:
    """The registry, as its box ``host`` reaches it.

    Args:
        host: the box that keeps it, connected.
        registry: ``host[:port][/path]``.
        login: one that writes.

    Raises:
        DockwrightError: it does not answer, or is not who it should be.

    Example::

        with receiving(host, "192.168.50.20:5000", login) as registry:
            registry.give_tag("web", "sha256:…", "latest")
    """
    with talking(host):
        route = way(host, registry)
    connections = pool(host, *route)
    try:
        yield Receiver(registry, connections, login)
    except _TROUBLE as error:
        raise DockwrightError(
            f"registry {registry}: can't be given images through box {host.name} "
            f"({shown(str(error), 200)}); is it up, and does the box's sshd allow forwarding? Run "
            "it again: what it has by now stays"
        ) from error
    finally:
        connections.close()
