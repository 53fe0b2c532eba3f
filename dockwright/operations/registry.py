"""The registry's host: CA, certificate, login and settings; and the Docker hosts' trust in it.

The registry reads its settings and certificate as it starts: restart it `_if` one of
`server` and `certificate` did change. The htpasswd file and a trusted CA count at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_urlsafe

from pyinfra import host
from pyinfra.api import HiddenValue, QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.box.other_host import Unreachable
from dockwright.box.other_host import from_host as ask
from dockwright.box.secret import get_unseen
from dockwright.commands.declare import Commands, fail, operation
from dockwright.commands.expected import check_settled, expect, is_changing
from dockwright.commands.secret import hides, reveal
from dockwright.commands.write import Write
from dockwright.errors import DockwrightError
from dockwright.facts.registries import ca_line
from dockwright.facts.registry import Authority, Files, Login, Server, ServerCertificate, Trust
from dockwright.operations.registries import only as only
from dockwright.operations.registries import remember
from dockwright.registry import certificate as certificates
from dockwright.registry import htpasswd, openssl, places
from dockwright.templates import render
from dockwright.ways_out import WayOut, way_out

# of a CA that an engine trusts, as the CIS Docker Benchmark has it (3.8)
_TRUSTED = "444 0:0"
_FOLDERS = (places.HOME, places.AUTHORITY, places.SETTINGS, places.DATA)


@operation()
def authority(days: int = 3650) -> Commands:
    """A CA of the host's own, in /etc/dockwright/ca; its key never leaves the host.

    A new one is made where there is none, where key and certificate do not belong together,
    near its end, and where others than root could have read the key: a folder that only root
    enters keeps a key closed, whatever the key's own mode. The server's certificate and the
    hosts' trust then follow on their turn.

    Args:
        days: how long a new one is valid; 1 to 36500.

    Raises:
        DockwrightError: days out of range.

    Example::

        registry.authority()
    """
    openssl.check_days(days)
    found = host.get_fact(Authority)
    why = certificates.why_new_authority(found.pair(), days)
    if found.exposed(places.AUTHORITY_KEY, places.AUTHORITY):
        why = why or f"{places.AUTHORITY_KEY}: others than root could have read it"
    if why:
        log.changes(host, [Change("+", "the registry's CA", () if why == "absent" else (why,))])
        expect(str(host.name), [places.AUTHORITY_CERTIFICATE])
        yield openssl.authority(render("registry/authority.cnf.j2", {}), days)
        return
    wrong = found.wrong(
        places.HOME, places.AUTHORITY, places.AUTHORITY_KEY, places.AUTHORITY_CERTIFICATE
    )
    yield from _put_right(wrong, found)
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
    yield from _put_right(wrong, found)
    if not wrong:
        host.noop("the registry's certificate is current")


@hides("password")
@operation()
def login(
    user: str = "dockwright", password: str | HiddenValue | None = None, reader: bool = False
) -> Commands:
    """A login of the registry; the password is kept on its host, in a file of mode 0600.

    There are two: one that writes, for who pushes, and one that only reads.

    One that others than root could have read there, or its hash, is made anew; one that is
    given can't be, and the run says that it may be known.

    Args:
        user: the name of the login that writes; the reader's is ``dockwright-reader``.
        password: 1 to 72 bytes; None keeps the one in the file, and makes one on first use.
        reader: whether it is the login that reads.

    Raises:
        DockwrightError: a user or password that bcrypt or htpasswd cannot hold, or the reader's
            name for the one that writes.

    Example::

        registry.login()
    """
    at = places.READER_PASSWORD if reader else places.PASSWORD
    hashed = places.READERS if reader else places.HTPASSWD
    if reader:
        user = places.READER
    elif user == places.READER:
        raise DockwrightError(f"registry user {user}: is the one that reads; name another")
    found = get_unseen(host, Login, *([True] if reader else []))
    kept = found.texts.get("password")
    wanted = reveal(password)
    # of their folders others of these operations may have put the mode right already
    open_files = [path for path in (at, hashed) if found.exposed(path)]
    if open_files and kept is not None and wanted in (None, kept):
        may_be_known = f"{' and '.join(open_files)}: others could have read it"
        if wanted is not None:
            may_be_known += "; the password is given: change it where it comes from"
        log.info(host, f"registry's login: {may_be_known}{'' if wanted else '; a new password'}")
    if wanted is None:
        # the generator runs once to prepare and once to execute: what the first makes is dropped
        wanted = token_urlsafe(32) if open_files or not kept else kept
    htpasswd.check(user, wanted, at if wanted == kept else "registry password")
    wrong = found.wrong(places.HOME, at, places.SETTINGS, hashed)
    yield from _put_right([path for path in wrong if path in _FOLDERS], found)
    if kept != wanted or at in wrong:
        log.changes(host, [Change("~" if kept else "+", at, (f"of user {user}",))])
        yield _file(at, wanted)
        wrong.append(at)
    current = htpasswd.is_current(found.texts.get("htpasswd"), user, wanted)
    if not current or hashed in wrong:
        sign: Sign = "~" if found.texts.get("htpasswd") else "+"
        log.changes(host, [Change(sign, hashed, (f"user {user}",))])
        yield _file(hashed, htpasswd.line(user, wanted))
    elif not wrong:
        host.noop(f"the registry's login {user} is current")


@operation()
def server(tls: bool = True, delete: bool = True) -> Commands:
    """The registry's folders and settings, as its container is given them.

    nginx is in front, with TLS and the two logins; the registry itself hears a socket of the
    container alone.

    Args:
        tls: False for plain HTTP inside the firewall.
        delete: whether images may be deleted from it.

    Example::

        registry.server()
    """
    found = host.get_fact(Server)
    files = {
        "config": (places.CONFIG, render("registry/registry.yml.j2", {"delete": delete})),
        "front": (
            places.FRONT,
            render(
                "registry/nginx.conf.j2",
                {"tls": tls, "port": places.PORT, "reader": places.READER},
            ),
        ),
    }
    paths = [path for path, _ in files.values()]
    wrong = found.wrong(places.HOME, places.SETTINGS, places.DATA, *paths)
    yield from _put_right([path for path in wrong if path in _FOLDERS], found)
    for label, (path, text) in files.items():
        if found.texts.get(label) != text.rstrip("\n") or path in wrong:
            wrong.append(path)
            expect(str(host.name), [path])
            sign: Sign = "~" if found.texts.get(label) else "+"
            log.changes(host, [Change(sign, path)])
            yield _file(path, text)
    if not wrong:
        host.noop("the registry's settings are current")


@operation()
def trust(
    registry: str,
    from_host: str | None = None,
    certificate: str | None = None,
    needed: bool = True,
) -> Commands:
    """The CA by which a Docker host knows the registry, in /etc/docker/certs.d.

    Args:
        registry: ``host[:port][/path]``, as images are named by it.
        from_host: the registry's host in the inventory, which is asked for its CA.
        certificate: the CA as PEM, where the registry is not one of ours.
        needed: False where the site has another registry too: a host that cannot be reached is
            passed over, and is asked by the next run.

    Raises:
        DockwrightError: not exactly one of both given, a certificate that is none, or a host
            that is unknown or cannot be reached.

    Example::

        registry.trust("192.168.50.20:5000", from_host="registry")
    """
    path = places.trusted(registry)
    if is_changing(str(host.name), [path]):
        host.noop(f"the CA of registry {registry} is trusted by then")
        return
    if certificate is not None and from_host is None:
        wanted = certificates.checked(certificate, f"trust of registry {registry}")
    elif certificate is None and from_host is not None:
        check_settled(from_host, [places.AUTHORITY_CERTIFICATE])
        try:
            given = ask(from_host, Authority).texts.get("certificate")
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


def _file(path: str, text: str) -> Write:
    mode, owner = places.MODES[path].split()
    whole = text if text.endswith("\n") else f"{text}\n"
    return Write(path, whole, mode=int(mode, 8), owner=owner)


def _put_right(paths: Sequence[str], found: Files) -> Commands:
    for path in paths:
        mode, owner = places.MODES[path].split()
        sign: Sign = "~" if path in found.modes else "+"
        log.changes(host, [Change(sign, path, (f"mode and owner → {mode} {owner}",))])
        if path in _FOLDERS:
            yield StringCommand("mkdir", "-p", QuoteString(path))
        yield StringCommand("chown", owner, QuoteString(path))
        yield StringCommand("chmod", mode, QuoteString(path))
