"""CA certificates that a box's programs trust, beside those of its distribution."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, operation
from dockwright.commands.write import Write
from dockwright.errors import DockwrightError
from dockwright.facts.certificate import FOLDER, Authorities
from dockwright.registry.certificate import checked

_PEM = re.compile(
    r"\s*(-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+"
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@operation()
def authorities(pems: Mapping[str, str]) -> Commands:
    """Trust exactly these CA certificates of the site; those once ours and not named are removed.

    Args:
        pems: PEM text by name; the name becomes a file's, dockwright-NAME.crt.

    Raises:
        OperationError: a text that is no PEM certificate, a name no file can have.

    Example::

        certificate.authorities({"corporate": pem})
    """
    for name, pem in pems.items():
        if not _NAME.fullmatch(name):
            raise DockwrightError(
                f"CA certificate {name!r}: not a name; use letters, digits, . _ and -"
            )
        if not _PEM.fullmatch(pem):
            raise DockwrightError(
                f"CA certificate {name}: not PEM; it must hold BEGIN CERTIFICATE and nothing else"
            )
    wanted = {name: checked(pem, f"CA certificate {name}").strip() for name, pem in pems.items()}
    on_box = host.get_fact(Authorities)
    write = {name: pem for name, pem in wanted.items() if on_box.get(name, "").strip() != pem}
    gone = [known for known in on_box if known not in wanted]
    if not write and not gone:
        host.noop(f"{len(wanted)} CA certificates of the site are trusted")
        return
    log.changes(
        host,
        [
            *(Change("~" if known in on_box else "+", f"CA {known}") for known in write),
            *(Change("-", f"CA {known}") for known in gone),
        ],
    )
    if write:
        yield StringCommand("install -d -m 0755", FOLDER)
    for name, pem in write.items():
        yield Write(f"{FOLDER}/dockwright-{name}.crt", f"{pem}\n")
    for known in gone:
        yield StringCommand("rm -f", QuoteString(f"{FOLDER}/dockwright-{known}.crt"))
    # a bare box has no such program: its packages bring it, and its trigger reads the folder
    yield StringCommand(
        "if command -v update-ca-certificates >/dev/null; then update-ca-certificates; fi"
    )
