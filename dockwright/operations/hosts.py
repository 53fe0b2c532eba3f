"""Names in /etc/hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address

from pyinfra import host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, operation
from dockwright.commands.write import Write
from dockwright.errors import DockwrightError
from dockwright.facts.hosts import HostsFile

BEGIN, END = "# dockwright: begin", "# dockwright: end"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


@operation()
def entries(entries: Mapping[str, Sequence[str]]) -> Commands:
    """Have ``entries`` in /etc/hosts, as one marked block; other lines stay as they are.

    Args:
        entries: names by address.

    Raises:
        OperationError: an address or a name that is none, or an address without a name.

    Example::

        hosts.entries({"192.168.50.10": ["docker.vagrant", "docker"]})
    """
    for address, names in entries.items():
        try:
            # a zone (fe80::1%ZONE) may be any text, a line break too
            ip_address(address if "%" not in address else "")
        except ValueError as error:
            raise DockwrightError(
                f"/etc/hosts: {address!r}: not an address; give one such as 192.168.50.10"
            ) from error
        if not names:
            raise DockwrightError(f"/etc/hosts: {address}: no name; give one, or leave it out")
        for known in names:
            if not _NAME.fullmatch(known):
                raise DockwrightError(f"/etc/hosts: {known!r}: not a host name")
    on_box = host.get_fact(HostsFile)
    wanted = with_block(on_box, entries)
    if wanted == on_box:
        host.noop("/etc/hosts knows the boxes")
        return
    log.changes(host, [Change("~", "/etc/hosts", tuple(_difference(on_box, wanted)))])
    yield Write("/etc/hosts", wanted)


def _difference(on_box: str, wanted: str) -> Iterator[str]:
    """The entries that come and go; the same in another order, or a block that broke, is none."""
    old, new = (dict.fromkeys(text.split("\n")) for text in (on_box, wanted))
    come = [line for line in new if line not in old and line not in (BEGIN, END)]
    gone = [line for line in old if line not in new and line not in (BEGIN, END)]
    yield from (f"+{line}" for line in come)
    yield from (f"-{line}" for line in gone)
    if not come and not gone:
        yield "its block"


def with_block(text: str, entries: Mapping[str, Sequence[str]]) -> str:
    """The text of /etc/hosts with our block at its beginning, once; the rest byte for byte.

    The first line that has a name wins, and Debian gives a box its own name on 127.0.1.1.
    A block that lost its end is taken to be its first line alone: what follows may be another's.

    Example:
        >>> with_block("127.0.0.1 localhost", {})
        '127.0.0.1 localhost'
    """
    block = [f"{address} {' '.join(names)}" for address, names in entries.items()]
    kept: list[str] = []
    inside: list[str] | None = None
    # by line feeds alone: what else may end a line is a byte of somebody's
    for line in [*text.split("\n"), BEGIN]:
        if line == BEGIN:
            kept += [one for one in inside or () if one not in block]
            inside = []
        elif line == END:
            inside = None
        elif inside is not None:
            inside.append(line)
        else:
            kept.append(line)
    return "\n".join([BEGIN, *block, END, *kept] if entries else kept)
