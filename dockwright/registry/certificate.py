"""Whether a certificate is good as it is, and if not, why a new one is needed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from dockwright.errors import DockwrightError

_UNKNOWN = datetime.fromtimestamp(0, UTC)
_RENEW_AHEAD = timedelta(days=30)
# A clock that was stepped back a little after the certificate was made is no reason for another.
_CLOCK_STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key's public half, PEM, as a box has them; the key stays there.

    ``issuer`` is the CA's certificate on the same box, and ``now`` the box's own clock.
    """

    certificate: str | None = None
    public_key: str | None = None  # of the key that lies beside it
    issuer: str | None = None
    now: datetime = _UNKNOWN


def why_new_authority(pair: Pair) -> str | None:
    """Why a CA is to be made anew at once, or None where it is good for now.

    Args:
        pair: what the box has.

    Example:
        >>> why_new_authority(Pair())
        'absent'
    """
    certificate = _load(pair)
    if isinstance(certificate, str):
        return certificate
    try:
        is_ca = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        is_ca = False
    if not is_ca:
        return "not the certificate of a CA"
    return _why_untimely(certificate, pair.now, None)


def why_next_authority(pair: Pair, days: int, since: datetime | None = None) -> str | None:
    """Why another CA is to follow one that is good for now; None where it stays.

    Args:
        pair: what the box has.
        days: how long a new one would be valid; it is renewed 30 days ahead, or with a third of
            its days left where that is less.
        since: one that was made before is to be followed, once that moment has come.

    Example:
        >>> why_next_authority(Pair(), 3650)
    """
    certificate = _load(pair)
    if isinstance(certificate, str):
        return None
    made = certificate.not_valid_before_utc
    if since is not None and made < since <= pair.now:
        return f"made on {made:%Y-%m-%d %H:%M}, before {since:%Y-%m-%d %H:%M}"
    return _why_untimely(certificate, pair.now, days)


def ends_within(pem: str | None, now: datetime, days: float) -> bool:
    """Whether a certificate has ended, or does within ``days``; so has one that does not parse.

    Example:
        >>> ends_within(None, datetime.now(UTC), 7)
        True
    """
    try:
        end = x509.load_pem_x509_certificate(_bytes(pem)).not_valid_after_utc
    except ValueError:
        return True
    return end - now < timedelta(days=days)


def same(one: str | None, other: str | None) -> bool:
    """Whether both are one certificate, whatever stands around it.

    Example:
        >>> same(None, None)
        False
    """
    try:
        return bool(_der_of(one) == _der_of(other))
    except ValueError:
        return False


def among(pem: str | None, bundle: str | None) -> bool:
    """Whether the certificate ``pem`` is one of those in ``bundle``.

    Example:
        >>> among(None, None)
        False
    """
    try:
        every = x509.load_pem_x509_certificates(_bytes(bundle))
        return _der_of(pem) in {one.public_bytes(Encoding.DER) for one in every}
    except ValueError:
        return False


def is_key_of(public_key: str | None, certificate: str | None) -> bool:
    """Whether the key, PEM, is that of the certificate.

    Example:
        >>> is_key_of(None, None)
        False
    """
    return not isinstance(_load(Pair(certificate, public_key)), str)


def why_new_certificate(
    pair: Pair, days: int, addresses: Collection[str], hostnames: Collection[str]
) -> str | None:
    """Why a server's certificate is to be made anew, or None where it is good.

    Args:
        pair: what the box has; its ``issuer`` must have signed the certificate.
        days: how long a new one would be valid, as for `why_new_authority`.
        addresses: the IP addresses it must name, all of them and no other.
        hostnames: the same of host names.

    Example:
        >>> why_new_certificate(Pair(), 825, ["192.168.50.20"], ["registry.vagrant"])
        'absent'
    """
    certificate = _load(pair)
    if isinstance(certificate, str):
        return certificate
    try:
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(_bytes(pair.issuer)))
    except (ValueError, TypeError, InvalidSignature):
        return "not signed by the present CA"
    wanted = {str(ip_address(a)) for a in addresses} | {name.lower() for name in hostnames}
    if (named := _names(certificate)) != wanted:
        return f"names {', '.join(sorted(named)) or 'nothing'}, not {', '.join(sorted(wanted))}"
    return _why_untimely(certificate, pair.now, days)


def ahead(days: int) -> timedelta:
    """How long before its end a certificate that is made for ``days`` is renewed.

    Example:
        >>> ahead(825).days, ahead(3).days
        (30, 1)
    """
    return min(_RENEW_AHEAD, timedelta(days=days) / 3)


def checked(pem: str, where: str) -> str:
    """``pem`` with Unix line ends, if it holds certificates that parse.

    Raises:
        DockwrightError: no certificate in it, or one that does not parse.

    Example:
        >>> checked("hello", "the CA of a registry")
        Traceback (most recent call last):
        ...
        dockwright.errors.DockwrightError: the CA of a registry: 'hello': no certificate; ...
    """
    try:
        x509.load_pem_x509_certificates(_bytes(pem))
    except ValueError as error:
        raise DockwrightError(
            f"{where}: {pem.strip()[:40]!r}: no certificate; give the CA's in PEM form "
            "(-----BEGIN CERTIFICATE-----)"
        ) from error
    # with others, the file read back would differ from it on every run
    return "\n".join(pem.strip().splitlines()) + "\n"


def _load(pair: Pair) -> x509.Certificate | str:
    if not pair.certificate:
        return "absent"
    try:
        certificate = x509.load_pem_x509_certificate(_bytes(pair.certificate))
    except ValueError:
        return "the certificate does not parse"
    if not pair.public_key:
        return "its key is absent or does not parse"
    try:
        same = _der(load_pem_public_key(_bytes(pair.public_key))) == _der(certificate.public_key())
    except ValueError:
        same = False
    return certificate if same else "the key is not the certificate's"


def _der_of(pem: str | None) -> bytes:
    return x509.load_pem_x509_certificate(_bytes(pem)).public_bytes(Encoding.DER)


def _why_untimely(certificate: x509.Certificate, now: datetime, days: int | None) -> str | None:
    """``days`` are those of a new one, which says how far ahead that is made; None: it is not."""
    if certificate.not_valid_before_utc > now + _CLOCK_STEP:
        return f"not valid before {certificate.not_valid_before_utc:%Y-%m-%d}"
    if certificate.not_valid_after_utc <= now:
        return f"expired on {certificate.not_valid_after_utc:%Y-%m-%d}"
    if days is None:
        return None
    # without the third, a certificate of fewer than 30 days would be renewed on every run
    if certificate.not_valid_after_utc - now < ahead(days):
        return f"expires on {certificate.not_valid_after_utc:%Y-%m-%d}"
    return None


def _names(certificate: x509.Certificate) -> set[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return set()
    addresses = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return addresses | {name.lower() for name in names.get_values_for_type(x509.DNSName)}


def _der(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _bytes(pem: str | None) -> bytes:
    return (pem or "").encode()
