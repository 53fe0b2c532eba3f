"""A certificate is made anew for a reason, which is named, and left alone without one."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from dockwright.errors import DockwrightError
from dockwright.registry import openssl
from dockwright.registry.certificate import (
    Pair,
    among,
    checked,
    ends_within,
    is_key_of,
    same,
    why_new_authority,
    why_new_certificate,
    why_next_authority,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADDRESSES, HOSTNAMES = ["192.168.50.20"], ["registry.vagrant"]


@dataclass
class Made:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def public(self) -> str:
        key = self.key.public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _make(
    days: float = 825,
    names: list[x509.GeneralName] | None = None,
    ca: Made | None = None,
    is_ca: bool = False,
    begins: datetime = NOW,
) -> Made:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ca" if is_ca else "server")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(ca.certificate.subject if ca else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if names is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Made(key, builder.sign(ca.key if ca else key, hashes.SHA256()))


def _names(
    address: str = "192.168.50.20", name: str = "registry.vagrant"
) -> list[x509.GeneralName]:
    return [x509.IPAddress(ip_address(address)), x509.DNSName(name)]


CA = _make(days=3650, is_ca=True)
SERVER = _make(names=_names(), ca=CA)


def _pair(made: Made, ca: Made = CA) -> Pair:
    return Pair(made.pem(), made.public(), ca.pem(), NOW)


def _why(pair: Pair, days: int = 825) -> str | None:
    return why_new_certificate(pair, days, ADDRESSES, HOSTNAMES)


def test_a_good_authority_and_a_good_certificate_are_left_alone() -> None:
    assert why_new_authority(_pair(CA)) is None
    assert why_next_authority(_pair(CA), 3650) is None
    assert _why(_pair(SERVER)) is None


def test_names_are_compared_without_order_and_case() -> None:
    made = _make(names=_names(name="Registry.Vagrant")[::-1], ca=CA)
    assert _why(_pair(made)) is None


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        pytest.param(Pair(), "absent", id="nothing_there"),
        pytest.param(
            replace(_pair(SERVER), certificate="nonsense"),
            "the certificate does not parse",
            id="certificate_overwritten",
        ),
        pytest.param(
            replace(_pair(SERVER), public_key=None),
            "its key is absent or does not parse",
            id="key_deleted",
        ),
        pytest.param(
            replace(_pair(SERVER), public_key=CA.public()),
            "the key is not the certificate's",
            id="key_of_another",
        ),
        pytest.param(
            _pair(SERVER, ca=_make(days=3650, is_ca=True)),
            "not signed by the present CA",
            id="ca_replaced_by_one_of_the_same_name",
        ),
        pytest.param(
            _pair(_make(names=_names())), "not signed by the present CA", id="signed_by_itself"
        ),
        pytest.param(
            _pair(_make(names=_names("192.168.50.21"), ca=CA)),
            "names 192.168.50.21, registry.vagrant, not 192.168.50.20, registry.vagrant",
            id="address_moved",
        ),
        pytest.param(
            _pair(_make(ca=CA)),
            "names nothing, not 192.168.50.20, registry.vagrant",
            id="no_names_at_all",
        ),
        pytest.param(
            _pair(_make(days=29, names=_names(), ca=CA)),
            "expires on 2026-12-23",
            id="less_than_thirty_days_left",
        ),
        pytest.param(
            _pair(_make(days=1, names=_names(), ca=CA, begins=NOW - timedelta(days=2))),
            "expired on 2026-11-23",
            id="expired",
        ),
        pytest.param(
            _pair(_make(names=_names(), ca=CA, begins=NOW + timedelta(days=2))),
            "not valid before 2026-11-26",
            id="made_by_a_clock_of_the_future",
        ),
    ],
)
def test_a_new_certificate_has_a_reason(pair: Pair, reason: str) -> None:
    assert _why(pair) == reason


def test_a_certificate_of_one_day_that_was_asked_for_is_not_renewed_on_every_run() -> None:
    made = _make(days=1, names=_names(), ca=CA)
    assert _why(_pair(made), days=1) is None
    assert _why(_pair(made), days=825) == "expires on 2026-11-25"


def test_a_clock_stepped_back_by_a_minute_is_no_reason_for_a_new_certificate() -> None:
    made = _make(names=_names(), ca=CA, begins=NOW + timedelta(minutes=1))
    assert _why(_pair(made)) is None


def test_a_servers_certificate_in_the_authoritys_place_is_replaced() -> None:
    assert why_new_authority(_pair(SERVER)) == "not the certificate of a CA"


def test_an_authority_near_its_end_is_followed_and_one_that_has_ended_is_made_anew() -> None:
    near = _make(days=29, is_ca=True)
    assert why_new_authority(_pair(near)) is None
    assert why_next_authority(_pair(near), 3650) == "expires on 2026-12-23"
    ended = _make(days=1, is_ca=True, begins=NOW - timedelta(days=2))
    assert why_new_authority(_pair(ended)) == "expired on 2026-11-23"


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        pytest.param(NOW, None, id="made_then"),
        pytest.param(NOW + timedelta(days=1), None, id="a_day_that_is_still_to_come"),
        pytest.param(
            NOW - timedelta(hours=1),
            "made on 2026-11-23 12:00, before 2026-11-24 11:00",
            id="made_before",
        ),
    ],
)
def test_an_authority_that_was_made_before_a_day_is_followed(
    since: datetime, reason: str | None
) -> None:
    begins = NOW if reason is None else NOW - timedelta(days=1)
    made = _make(days=3650, is_ca=True, begins=begins)
    assert why_next_authority(_pair(made), 3650, since) == reason


def test_a_certificate_is_known_whatever_stands_around_it() -> None:
    other = _make(is_ca=True)
    assert same(CA.pem(), f"\n{CA.pem()}\n\n")
    assert not same(CA.pem(), other.pem())
    assert among(CA.pem(), other.pem() + CA.pem())
    assert not among(CA.pem(), other.pem())
    assert is_key_of(CA.public(), CA.pem())
    assert not is_key_of(other.public(), CA.pem())
    assert ends_within(SERVER.pem(), NOW, 826)
    assert not ends_within(SERVER.pem(), NOW, 824)


@pytest.mark.parametrize("days", [0, -1, 36501])
def test_days_out_of_range_are_refused(days: int) -> None:
    with pytest.raises(DockwrightError, match=rf"days {days}: use 1 to 36500"):
        openssl.check_days(days)


@pytest.mark.parametrize(
    ("addresses", "hostnames", "message"),
    [
        ([], [], "no address and no host name"),
        (["192.168.50"], [], "address '192.168.50': no IP address"),
        ([], ["a b"], "host name 'a b': no DNS name"),
        ([], ["a\nDNS.2 = evil"], "no DNS name"),
        ([], ["-a"], "host name '-a': no DNS name"),
        ([], ["a" * 64], "no DNS name"),
    ],
)
def test_what_no_certificate_can_name_is_refused(
    addresses: list[str], hostnames: list[str], message: str
) -> None:
    with pytest.raises(DockwrightError, match=message):
        openssl.check_names(addresses, hostnames)


def test_a_given_ca_keeps_its_text_with_unix_line_ends() -> None:
    assert checked(CA.pem().replace("\n", "\r\n"), "x") == CA.pem()
    with pytest.raises(DockwrightError, match="dockwright_registry_ca: 'hello': no certificate"):
        checked("hello", "dockwright_registry_ca")
