"""The catalogue of packaged boxes, on a box that keeps a registry: its folder and its certificate.

`dockwright vagrant publish` fills it, and a leaf serves it (templates/catalogue).
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from pyinfra import host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, fail, operation
from dockwright.commands.expected import check_settled, expect, is_changing
from dockwright.errors import DockwrightError
from dockwright.facts.registry import Catalogue
from dockwright.operations.registry.files import put_right
from dockwright.registry import certificate as certificates
from dockwright.registry import openssl, places
from dockwright.templates import render


@operation()
def catalogue(url: str, addresses: Sequence[str] = (), days: int = 825) -> Commands:
    """The folder of the catalogue's files, /srv/catalogue, and a certificate for ``url``.

    The certificate is signed by the box's CA, which is the registry's; it is made anew as that of
    the registry is.

    Args:
        url: what Vagrant is to call the catalogue by.
        addresses: IP addresses that it is called by besides.
        days: how long a new certificate is valid; 1 to 36500.

    Raises:
        DockwrightError: a URL without a host; days out of range.

    Example::

        registry.catalogue("https://registry.vagrant:8443")
    """
    of_url, hostnames = _names(url)
    addresses = list(dict.fromkeys([*addresses, *of_url]))
    openssl.check_days(days)
    openssl.check_names(addresses, hostnames)
    box = str(host.name)
    if is_changing(box, [places.AUTHORITY_CERTIFICATE]):
        expect(box, [places.CATALOGUE_CERTIFICATE, places.CATALOGUE_KEY])
    check_settled(box, [places.AUTHORITY_CERTIFICATE])
    found = host.get_fact(Catalogue)
    pair = found.pair()
    if pair.issuer is None:
        yield fail(
            f"{places.AUTHORITY_CERTIFICATE}: absent; the catalogue is served by a box that keeps "
            "the registry, whose CA signs for it"
        )
        return
    folders = found.wrong(places.CATALOGUE_DATA)
    yield from put_right(folders, found)
    why = certificates.why_new_certificate(pair, days, addresses, hostnames)
    if unsafe := found.wrong(places.CATALOGUE_KEY, places.CATALOGUE_CERTIFICATE):
        why = why or f"mode or owner of {' and '.join(unsafe)}"
    if why:
        details = [", ".join([*addresses, *hostnames]), *([] if why == "absent" else [why])]
        log.changes(host, [Change("+", "the catalogue's certificate", tuple(details))])
        expect(box, [places.CATALOGUE_CERTIFICATE, places.CATALOGUE_KEY])
        names = {"addresses": addresses, "hostnames": hostnames}
        yield openssl.certificate(
            render("registry/certificate.cnf.j2", names),
            days,
            places.CATALOGUE,
            places.CATALOGUE_ID,
        )
        return
    wrong = found.wrong(places.CATALOGUE)
    yield from put_right(wrong, found)
    if not wrong and not folders:
        host.noop("the catalogue has its folder and its certificate")


def _names(url: str) -> tuple[list[str], list[str]]:
    """Addresses and host names of the certificate."""
    try:
        name = urlsplit(url).hostname
    except ValueError:
        name = None
    if not name:
        raise DockwrightError(f"catalogue: {url!r}: no URL with a host; write https://HOST:PORT")
    try:
        return [str(ip_address(name))], []
    except ValueError:
        return [], [name]
