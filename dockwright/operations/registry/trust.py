"""The CA by which a Docker host knows a registry; it counts at once."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.box.other_host import Unreachable
from dockwright.box.other_host import from_host as ask
from dockwright.commands.declare import Commands, fail, operation
from dockwright.commands.expected import check_settled, expect, is_changing
from dockwright.commands.write import Write
from dockwright.errors import DockwrightError
from dockwright.facts.registries import ca_line
from dockwright.facts.registry import Authority, Trust, authorities
from dockwright.operations.registry.only import remember
from dockwright.registry import certificate as certificates
from dockwright.registry import places
from dockwright.ways_out import WayOut, way_out

# of a CA that an engine trusts, as the CIS Docker Benchmark has it (3.8)
_TRUSTED = "444 0:0"
_AUTHORITIES = (places.AUTHORITY_CERTIFICATE, places.NEXT_AUTHORITY, places.FORMER_AUTHORITY)


@operation()
def trust(
    registry: str,
    from_host: str | None = None,
    certificate: str | None = None,
    needed: bool = True,
    again: bool = False,
) -> Commands:
    """The CA by which a Docker host knows the registry, in /etc/docker/certs.d.

    While one CA of the registry's host follows another, both are trusted.

    Args:
        registry: ``host[:port][/path]``, as images are named by it.
        from_host: the registry's host in the inventory, which is asked for its CA.
        certificate: the CA as PEM, where the registry is not one of ours.
        needed: False where the site has another registry too: a host that cannot be reached is
            passed over, and is asked by the next run.
        again: True where only a host that trusts a CA for it already is to follow its change.

    Raises:
        DockwrightError: not exactly one of both given, a certificate that is none, or a host
            that is unknown or cannot be reached.

    Example::

        registry.trust("192.168.50.20:5000", from_host="registry")
    """
    path = places.trusted(registry)
    if is_changing(str(host.name), [path]):
        if from_host is not None:
            check_settled(from_host, _AUTHORITIES)
        host.noop(f"the CA of registry {registry} is trusted by then")
        return
    if again and not host.get_fact(Trust, registry).texts.get("certificate"):
        host.noop(f"no CA of registry {registry} is trusted as yet")
        return
    if certificate is not None and from_host is None:
        wanted = certificates.checked(certificate, f"trust of registry {registry}")
    elif certificate is None and from_host is not None:
        check_settled(from_host, _AUTHORITIES)
        try:
            given = authorities(ask(from_host, Authority))
        except Unreachable as error:
            known = "certificate" in host.get_fact(Trust, registry).texts
            if needed and not known:
                raise
            host.noop(f"{error}; {'the CA that is trusted stays' if known else 'not trusted yet'}")
            return
        if given is None:
            yield fail(
                f"host {from_host}: no {places.AUTHORITY_CERTIFICATE}; "
                f"{way_out(WayOut.MAKE_AUTHORITY)}"
            )
            return
        wanted = certificates.checked(given, f"host {from_host}: {places.AUTHORITY_CERTIFICATE}")
    else:
        raise DockwrightError(
            f"trust of registry {registry}: from_host {from_host} and certificate "
            f"{'given' if certificate else None}; give exactly one"
        )
    found = host.get_fact(Trust, registry)
    if found.texts.get("certificate") == wanted.rstrip("\n") and found.modes.get(path) == _TRUSTED:
        host.noop(f"the CA of registry {registry} is trusted")
        return
    sign: Sign = "~" if found.texts.get("certificate") else "+"
    log.changes(host, [Change(sign, f"the CA of registry {registry}")])
    expect(str(host.name), [path])
    folder = path.rpartition("/")[0]
    yield StringCommand("umask", "022", "&&", "mkdir", "-p", QuoteString(folder))
    yield Write(path, wanted, mode=int(_TRUSTED.split()[0], 8))
    yield remember(ca_line(registry))
