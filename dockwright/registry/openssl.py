"""The commands that make a CA and a server's certificate on the box: no key ever leaves it.

Each pair is made in a folder beside its place and moved there. A run that is cut off between
the two moves leaves a key that is not the certificate's, which the next run puts right.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import ip_address

from pyinfra.api import QuoteString, StringCommand

from dockwright.errors import DockwrightError
from dockwright.registry import places
from dockwright.scripts import text

_LONGEST = 36500
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOSTNAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")

# `ecparam -genkey` and a configuration file, not `-addext`: they work from OpenSSL 1.0 on.
_BEGIN = text("certificate/begin")
_AUTHORITY = "\n" + text("certificate/authority")
_CERTIFICATE = "\n" + text("certificate/issue")


def check_days(days: int) -> None:
    """Refuse a validity of less than a day, or of more than a hundred years.

    Raises:
        DockwrightError: days out of range.

    Example:
        >>> check_days(0)
        Traceback (most recent call last):
        ...
        dockwright.errors.DockwrightError: certificate: days 0: use 1 to 36500
    """
    if not 1 <= days <= _LONGEST:
        raise DockwrightError(f"certificate: days {days}: use 1 to {_LONGEST}")


def check_names(addresses: Collection[str], hostnames: Collection[str]) -> None:
    """Refuse names that a certificate cannot hold; at least one is needed.

    Raises:
        DockwrightError: an address or host name that is none, or neither given.

    Example:
        >>> check_names(["192.168.50.20"], ["registry.vagrant"])
    """
    if not addresses and not hostnames:
        raise DockwrightError("certificate: no address and no host name; give one at least")
    for address in addresses:
        try:
            # a zone (fe80::1%ZONE) may be any text, a line of OpenSSL's settings too
            ip_address(address if "%" not in address else "")
        except ValueError as error:
            raise DockwrightError(
                f"certificate: address {address!r}: no IP address; give one such as 192.168.50.20"
            ) from error
    for name in hostnames:
        if len(name) > 253 or not _HOSTNAME.fullmatch(name):
            raise DockwrightError(
                f"certificate: host name {name!r}: no DNS name; give one such as registry.vagrant"
            )


def authority(config: str, days: int, follows: bool = False) -> StringCommand:
    """The command that makes a CA: EC P-256, SHA-256, valid ``days`` from now.

    One that ``follows`` lies beside the present one; one that does not takes its place, and no
    other is left beside it.

    Args:
        config: OpenSSL's configuration file, as text (``registry/authority.cnf.j2``).
        days: 1 or more.

    Example:
        >>> "days=3650" in str(authority("[req]", 3650)).lower()
        True
    """
    return _command(
        _AUTHORITY,
        config,
        FOLDER=places.AUTHORITY,
        GROUP=0,
        MODE="0700",
        NAME="next" if follows else "ca",
        DAYS=days,
    )


def switch() -> StringCommand:
    """The command by which the next CA takes the present one's place, which is kept as the former.

    It may be cut off anywhere: run again, it goes on.

    Example:
        >>> "next.crt" in str(switch())
        True
    """
    return StringCommand(
        "sh", "-c", QuoteString(text("certificate/switch")), "sh", places.AUTHORITY
    )


def certificate(
    config: str, days: int, folder: str = places.SETTINGS, group: int = places.ID
) -> StringCommand:
    """The command that makes a server's key and its certificate, signed by the box's CA.

    Args:
        config: as for `authority` (``registry/certificate.cnf.j2``).
        days: 1 or more.
        folder: where they are put.
        group: the number of the group that may read them.

    Example:
        >>> "days=825" in str(certificate("[req]", 825)).lower()
        True
    """
    return _command(
        _CERTIFICATE,
        config,
        FOLDER=folder,
        GROUP=group,
        MODE="0750",
        CA=places.AUTHORITY,
        DAYS=days,
    )


def _command(script: str, config: str, **values: str | int) -> StringCommand:
    settings = [QuoteString(f"{key}={value}") for key, value in values.items()]
    return StringCommand(
        "env",
        f"HOME_={places.HOME}",
        *settings,
        "sh",
        "-c",
        QuoteString(_BEGIN + script),
        _stdin=config,
    )
