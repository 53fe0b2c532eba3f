"""All images that a registry has, by name and tag, asked through a box's SSH connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from urllib.parse import quote

import urllib3
from paramiko import SSHException
from pyinfra.api.host import Host

from dockwright.box.connection import itself
from dockwright.box.side_by_side import side_by_side
from dockwright.box.tunnel import pool
from dockwright.chain.reference import is_tag
from dockwright.chain.registry_name import registry_name
from dockwright.engine.client import talking
from dockwright.errors import NotReady, shown
from dockwright.facts.manifests import way
from dockwright.registry.login import Login

_PAGE = 1000  # names an answer
_MOST = 10_000  # names
_AT_ONCE = 8


def catalogue(host: Host, registry: str, login: Login | None) -> dict[str, tuple[str, ...]]:
    """The names that ``registry`` has below its path, each with its tags.

    Raises:
        NotReady: it does not answer, or does not list what it has.

    Example::

        catalogue(host, "192.168.50.20:5000", login)  # {'zenweb': ('latest', 'r-0123456789ab')}
    """
    host, place = itself(host), registry_name(registry)
    headers = {} if login is None else {"Authorization": login.basic()}
    with talking(host):
        try:
            connections = pool(host, *way(host, registry))
            try:

                def ask(path: str, key: str) -> list[str] | None:
                    answer = connections.request("GET", path, headers=headers)
                    if answer.status == 404:
                        return None  # what has no tag any more
                    if answer.status != 200:
                        raise ValueError(f"{path}: {answer.status}")
                    return [str(one) for one in json.loads(answer.data)[key] or ()]

                def tags(name: str) -> tuple[str, ...]:
                    at = f"/v2/{quote(place.repository(name))}/tags/list"
                    return tuple(tag for tag in ask(at, "tags") or () if is_tag(tag))

                names = _below(place.path, _pages(ask))
                tag_lists = side_by_side(tags, names, _AT_ONCE)
            finally:
                connections.close()
        except (
            *(urllib3.exceptions.HTTPError, SSHException, OSError),
            *(ValueError, LookupError, TypeError),
        ) as error:
            raise NotReady(
                f"registry {registry}: does not list what it has ({shown(str(error), 200)}); see "
                "that it is up, and that its login may"
            ) from error
    return {name: its for name, its in zip(names, tag_lists, strict=True) if its}


def _pages(ask: Callable[[str, str], list[str] | None]) -> list[str]:
    names: list[str] = []
    while len(names) < _MOST:
        last = f"&last={quote(names[-1], safe='')}" if names else ""
        page = ask(f"/v2/_catalog?n={_PAGE}{last}", "repositories") or []
        names += page
        if len(page) < _PAGE:
            break
    return names


def _below(path: str, names: Iterable[str]) -> list[str]:
    """Those of ``names`` that stand below ``path``, without it.

    Example:
        >>> _below("team", ["team/web", "other/web"])
        ['web']
    """
    before = f"{path}/" if path else ""
    return [name.removeprefix(before) for name in names if name.startswith(before)]
