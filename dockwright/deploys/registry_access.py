"""How a box comes to the registry: its CA, and a login that its own box may have made."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pyinfra import host
from pyinfra.api.state import State
from pyinfra.context import ctx_state

from dockwright.box.other_host import from_host
from dockwright.box.this_run import PerRun
from dockwright.deploys.box import Box
from dockwright.deploys.signing import check_signatures
from dockwright.errors import Awaited, DockwrightError, NotReady, SiteError
from dockwright.facts.digests import ACCESS, digest_in
from dockwright.facts.manifests import known_by
from dockwright.facts.registry import Authority, authorities
from dockwright.facts.registry import Login as LoginFact
from dockwright.operations import registry
from dockwright.registry.client import Refused
from dockwright.registry.login import Login, LoginSource, resolve
from dockwright.registry.places import READER
from dockwright.site.secrets import READER_VARIABLE, reader_password, registry_password


@dataclass
class _Access:
    """What one run knows of the ways to the site's registries."""

    # whether a registry's box is put right in it, before its login is used
    makes_registry: bool = False
    # what was asked, by the registry's box and user; not while it executes, as it may make them
    logins: dict[tuple[str, str], Login] = field(default_factory=dict)


_access: PerRun[_Access] = PerRun(_Access)


def trust(box: Box) -> None:
    """The box's engine trusts the CA of each registry of the site."""
    for given in to_trust(box):
        registry.trust(name=f"trust in the registry {given['registry']}", **given)


def trust_again(box: Box) -> None:
    """What trusts a registry's CA follows its change, while the registry's box is put right."""
    for given in to_trust(box):
        if given["from_host"] is not None:
            registry.trust(
                name=f"the CA of {given['registry']} is followed",
                **{**given, "needed": False, "again": True},
            )


def no_others(box: Box) -> None:
    """What the box had of registries that are not the site's any more goes."""
    registry.only(name="no registries but the site's", registries=list(box.registries))


def to_trust(box: Box) -> list[dict[str, Any]]:
    """What `registry.trust` is given for each registry whose CA is not among the box's own."""
    ours_or_given = box.registry_box is not None or box.settings.registry_ca is not None
    if not box.settings.registry_tls or not ours_or_given:
        return []
    certificate = box.settings.registry_ca
    needed = len(box.registries) == 1
    return [
        {"registry": place, "from_host": keeper, "certificate": certificate, "needed": needed}
        for place, keeper in box.registries.items()
    ]


def logins(box: Box) -> dict[str, LoginSource]:
    """The site's registries with logins that read, which any box may be handed."""
    _know(box)
    return {place: _reads(box, keeper) for place, keeper in box.registries.items()}


def logins_that_write(box: Box) -> dict[str, LoginSource]:
    """The same with logins that push: for the builder, and the registry's own box, alone."""
    _know(box)
    return {place: _writes(box, keeper) for place, keeper in box.registries.items()}


def _know(box: Box) -> None:
    """A registry is known by the CA that its own box, or the site, has: not by the box's that asks.

    Its login is told to nobody else then. What is taken from it is to be signed by the site.
    """
    check_signatures(box)
    for trusted in to_trust(box):
        ask = partial(_authority, trusted["from_host"], trusted["certificate"])
        known_by(_run(), trusted["registry"], ask)


def _authority(keeper: str | None, pem: str | None) -> str | None:
    return pem if keeper is None else authorities(from_host(keeper, Authority))


def _reads(box: Box, keeper: str | None) -> LoginSource:
    """Of a registry of the site its own reader; of others' the one that the site names, if any."""
    reader = box.settings.registry_reader
    if reader is None and keeper is not None:
        return _kept(keeper, READER, _given(box))
    if reader is None:
        return _given(box)
    given = reader_password(box.settings)
    if given is None:
        raise SiteError(
            f"box {box.name}: dockwright_registry_reader: {reader}: its password is not given; set "
            f"{READER_VARIABLE}, or dockwright_registry_reader_password_command"
        )
    return Login(reader, given)


def _writes(box: Box, keeper: str | None) -> LoginSource:
    given = _given(box)
    if given is not None or keeper is None:
        return given
    return _kept(keeper, box.settings.registry_user)


def _given(box: Box) -> Login | None:
    """The login whose password the site gives."""
    password = registry_password(box.settings)
    return None if password is None else Login(box.settings.registry_user, password)


def _kept(keeper: str, user: str, otherwise: Login | None = None) -> LoginSource:
    """A login whose password the registry's box ``keeper`` has.

    ``otherwise`` is that of a registry which somebody else has put on the box: it has no reader.
    """

    def ask() -> Login:
        known = {} if _run().is_executing else _access.of(_run()).logins
        if (keeper, user) not in known:
            of_which = [True] if user == READER else []
            password = from_host(keeper, LoginFact, *of_which).texts.get("password")
            if not password:
                if _access.of(_run()).makes_registry and not _run().is_executing:
                    raise Awaited(f"waits for the registry's password on {keeper}")
                if otherwise is not None:
                    return otherwise
                of = f", for {user}" if user == READER else ""
                raise NotReady(
                    f"box {keeper}: has no password of the registry{of}; run "
                    "deploy/registry_host.py"
                )
            known[keeper, user] = Login(user, password)
        return known[keeper, user]

    return ask


def registry_host_is_part_of_this_run() -> None:
    """Take note that the registry's box is put right before its login is used."""
    _access.of(_run()).makes_registry = True


def _run() -> State:
    found: State = ctx_state.get()  # type: ignore[no-untyped-call]
    return found


def check_access(box: Box) -> None:
    """Raise DockwrightError before anything is changed where a registry refuses the login."""
    if _access.of(_run()).makes_registry:
        return
    for place, source in logins(box).items():
        try:
            digest_in(host, place, ACCESS, resolve(source))
        except Refused as error:
            raise DockwrightError(str(error)) from error
        except NotReady:
            continue  # there is no engine or no registry yet; the run will make them
