"""When an image was built that a registry has: its manifest names its settings, and they say it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import urllib3
from paramiko import SSHException
from pyinfra.api.host import Host

from dockwright.box.connection import itself
from dockwright.box.tunnel import pool
from dockwright.chain.recipe import BUILT_LABEL
from dockwright.chain.registry_name import registry_name
from dockwright.engine.client import talking
from dockwright.facts.image import moment
from dockwright.facts.manifests import TYPES, way
from dockwright.registry.login import Login

_LONGEST = 4_000_000  # bytes, of a manifest and of settings: a registry's own bound is 4 MiB


def built(
    host: Host, registry: str, name: str, digest: str, login: Login | None
) -> datetime | None:
    """When the image ``name@digest`` of ``registry`` was built; None where it does not say.

    It is asked through the box's SSH connection; where that can't be, nobody knows either.

    Example::

        built(host, "192.168.50.20:5000", "zenweb", "sha256:…", login)
    """
    host, place = itself(host), registry_name(registry)
    base = f"/v2/{place.repository(name)}"
    with talking(host):
        try:
            connections = pool(host, *way(host, registry))
            try:
                manifest = _json(connections, f"{base}/manifests/{digest}", login)
                settings = _json(connections, f"{base}/blobs/{manifest['config']['digest']}", login)
            finally:
                connections.close()
            return when(settings)
        except (urllib3.exceptions.HTTPError, SSHException, OSError, ValueError, LookupError):
            return None
        except (TypeError, AttributeError):
            return None  # JSON of another shape


def when(settings: Any) -> datetime | None:
    """The moment that an image's settings tell: the chain's own label, else the builder's word.

    Raises:
        ValueError, LookupError, TypeError, AttributeError: they are no image's.

    Example:
        >>> when({"created": "2026-11-24T12:00:00Z", "config": {"Labels": None}}).year
        2026
    """
    labels = (settings.get("config") or {}).get("Labels") or {}
    return moment(labels.get(BUILT_LABEL) or settings.get("created"))


def _json(connections: urllib3.HTTPConnectionPool, path: str, login: Login | None) -> Any:
    headers = {"Accept": TYPES}
    if login is not None:
        headers["Authorization"] = login.basic()
    answer = connections.request("GET", path, headers=headers, preload_content=False)
    text = answer.read(_LONGEST)
    if answer.status != 200:
        raise ValueError(f"{path}: {answer.status}")
    return json.loads(text)
