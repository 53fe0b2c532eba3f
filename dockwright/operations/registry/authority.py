"""The registry's CA and certificate, made on its host.

The registry reads its certificate as it starts, and when it is told: `reload` does so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pyinfra import host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, fail, operation
from dockwright.commands.expected import check_settled, expect, is_changing
from dockwright.facts.registry import Authority, ServerCertificate
from dockwright.operations.registry.files import put_right
from dockwright.operations.registry.switch import follows
from dockwright.registry import certificate as certificates
from dockwright.registry import openssl, places
from dockwright.templates import render

_BESIDE = (places.NEXT_KEY, places.NEXT_AUTHORITY, places.FORMER_AUTHORITY)


@operation()
def authority(days: int = 3650, since: datetime | None = None) -> Commands:
    """A CA of the host's own, in /etc/dockwright/ca; its key never leaves the host.

    A new one is made where there is none, where key and certificate do not belong together,
    once it has ended, and where others than root could have read the key: a folder that only root
    enters keeps a key closed, whatever the key's own mode. The server's certificate and the
    hosts' trust then follow on their turn.

    Near its end, and where it was made before ``since``, the next one is made beside it: `switch`
    puts that in its place once all hosts trust both.

    Args:
        days: how long a new one is valid; 1 to 36500.
        since: a CA that was made before is to be followed by another one; a moment that is still
            to come counts from then on.

    Raises:
        DockwrightError: days out of range.

    Example::

        registry.authority()
    """
    openssl.check_days(days)
    found = host.get_fact(Authority)
    why = certificates.why_new_authority(found.pair())
    exposed = found.exposed(places.AUTHORITY_KEY, places.AUTHORITY)
    next_is_good = follows(found)
    if exposed:
        why = why or f"{places.AUTHORITY_KEY}: others than root could have read it"
    if why and (exposed or not next_is_good):
        log.changes(host, [Change("+", "the registry's CA", () if why == "absent" else (why,))])
        expect(str(host.name), [places.AUTHORITY_CERTIFICATE])
        yield openssl.authority(render("registry/authority.cnf.j2", {}), days)
        return
    why = certificates.why_next_authority(found.pair(), days, since)
    if found.texts.get("next") and not next_is_good:
        why = "the one that was begun is none"
    if why and not next_is_good:
        log.changes(host, [Change("+", "the registry's next CA", (why,))])
        expect(str(host.name), [places.NEXT_AUTHORITY])
        yield openssl.authority(render("registry/authority.cnf.j2", {}), days, follows=True)
        return
    optional = [path for path in _BESIDE if path in found.modes]
    wrong = found.wrong(
        places.HOME,
        places.AUTHORITY,
        places.AUTHORITY_KEY,
        places.AUTHORITY_CERTIFICATE,
        *optional,
    )
    yield from put_right(wrong, found)
    if not wrong:
        host.noop("the registry's CA is current")


@operation()
def certificate(
    addresses: Sequence[str], hostnames: Sequence[str] = (), days: int = 825
) -> Commands:
    """The registry's key and certificate, signed by the host's CA, in /etc/dockwright/registry.

    Made anew where either is absent or another's, where the names differ, where it ends in
    less than 30 days, and where another than its owner could have read or changed it.

    Args:
        addresses: IP addresses that clients reach the registry by.
        hostnames: names that they reach it by.
        days: how long a new one is valid; 1 to 36500.

    Raises:
        DockwrightError: days out of range, an address or name that is none, or neither given.

    Example::

        registry.certificate(["192.168.50.20"], ["registry.vagrant"])
    """
    openssl.check_days(days)
    openssl.check_names(addresses, hostnames)
    if is_changing(str(host.name), [places.AUTHORITY_CERTIFICATE]):
        expect(str(host.name), [places.CERTIFICATE, places.KEY])
    check_settled(str(host.name), [places.AUTHORITY_CERTIFICATE])
    found = host.get_fact(ServerCertificate)
    pair = found.pair()
    if pair.issuer is None:
        yield fail(f"{places.AUTHORITY_CERTIFICATE}: absent; run registry.authority before")
        return
    why = certificates.why_new_certificate(pair, days, addresses, hostnames)
    if unsafe := found.wrong(places.KEY, places.CERTIFICATE):
        why = why or f"mode or owner of {' and '.join(unsafe)}"
    if why:
        details = [", ".join([*addresses, *hostnames]), *([] if why == "absent" else [why])]
        log.changes(host, [Change("+", "the registry's certificate", tuple(details))])
        expect(str(host.name), [places.CERTIFICATE, places.KEY])
        names = {"addresses": list(addresses), "hostnames": list(hostnames)}
        yield openssl.certificate(render("registry/certificate.cnf.j2", names), days)
        return
    wrong = found.wrong(places.SETTINGS)
    yield from put_right(wrong, found)
    if not wrong:
        host.noop("the registry's certificate is current")
