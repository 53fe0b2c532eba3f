"""Registries of a site filled from one another, byte by byte."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from shlex import quote

from pyinfra.context import ctx_host

from dockwright.box.process import run
from dockwright.chain.registry_name import registry_name
from dockwright.deploys.box import this_box
from dockwright.deploys.registry_access import logins, logins_that_write
from dockwright.engine.place import USE
from dockwright.errors import DockwrightError
from dockwright.registry.kept.filling import Lacking, lacking, order
from dockwright.registry.login import Login, resolve
from dockwright.run.recorded import recorded
from dockwright.run.registry.looked import KeptRegistry, looked
from dockwright.scripts import text
from dockwright.terminal import echo

_SCRIPT = USE + "\n" + text("registry/fill")


@dataclass(frozen=True)
class Filled:
    """What ``target`` was given of what ``source`` has, or would be."""

    target: KeptRegistry
    source: KeptRegistry
    images: tuple[Lacking, ...]


def fill(
    inventory: str | None = None,
    box: str | None = None,
    dry_run: bool = False,
    say: Callable[[str], None] = echo,
) -> list[Filled]:
    """Give each registry of the site what it lacks of what the others have.

    All keeps its digest, so what is pinned to one finds it, and signatures hold. A tag that is
    there stays, whatever it names.

    Args:
        inventory: as for `dockwright.run.inventory.load`.
        box: the box of the registry that is filled; None: each of the site's.
        dry_run: only say what each lacks.
        say: told what can't be recorded.

    Raises:
        DockwrightError: the site has one registry only, one does not answer or run, or could not.

    Example::

        fill("inventories/lab.py", dry_run=True)
    """
    filled: list[Filled] = []
    with looked(inventory, changes=not dry_run) as site:
        if len(site.registries) < 2:
            raise DockwrightError(
                "registry fill: the site keeps one registry, and none to fill it from; `dockwright "
                "apply` has the builder push what it has"
            )
        targets = [one for one in site.registries if box in (None, str(one.host.name))]
        if not targets:
            names = ", ".join(str(one.host.name) for one in site.registries)
            raise DockwrightError(f"box {box}: keeps no registry; those are {names}")
        for target in targets:
            seen: set[tuple[str, str]] = set()
            for source in site.registries:
                if source is target:
                    continue
                lacks = tuple(
                    one
                    for one in lacking(source.kept, target.kept, site.pins)
                    if (one.repository, one.digest) not in seen
                )
                seen |= {(one.repository, one.digest) for one in lacks}
                if lacks and not dry_run:
                    with recorded(target.host, f"fill of the registry from {source.place}", say):
                        _fill(target, source, lacks)
                filled.append(Filled(target, source, lacks))
    return filled


def _fill(target: KeptRegistry, source: KeptRegistry, lacks: Sequence[Lacking]) -> None:
    where = f"registry {target.place}"
    if target.container is None:
        raise DockwrightError(
            f"{where}: does not run on box {target.host.name}; run deploy/registry_host.py"
        )
    with ctx_host.use(target.host):
        here = this_box()
        tls = here.settings.registry_tls
        sides = [
            _side("source", source.place, resolve(logins(here)[source.place]), tls),
            _side("target", target.place, resolve(logins_that_write(here)[target.place]), tls),
        ]
    lines = "\n".join([*sides, *order(source.kept, lacks), ""])
    said: list[str] = []
    script = _SCRIPT.replace("@CONTAINER@", quote(target.container))
    status = run(target.host, script, lines.encode(), said.append)
    if status or "done" not in said:
        words = ("filled ", "tagged ", "blobs ")
        why = [line for line in said if line and not line.startswith(words)][-3:]
        why = why or [f"its connection ended with {status}"]
        raise DockwrightError(
            f"{where}: box {target.host.name}: from {source.place}: {'; '.join(why)}; what it has "
            "by now stays, run it again"
        )


def _side(which: str, place: str, login: Login | None, tls: bool) -> str:
    """A registry's line; its login as curl's settings have it."""
    host_port = registry_name(place).domain
    words = "-"
    if login is not None:
        user = f"{login.user}:{login.password}".replace("\\", "\\\\").replace('"', '\\"')
        words = base64.b64encode(f'user = "{user}"\n'.encode()).decode()
    scheme, trusted = ("https", f"/certs.d/{host_port}/ca.crt") if tls else ("http", "-")
    return f"{which} {scheme}://{host_port} {words} {trusted}"
