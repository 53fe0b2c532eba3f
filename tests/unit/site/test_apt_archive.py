"""The distribution's own archive among apt's sources, and not a vendor's beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.deploys.base import _own_mirrors
from dockwright.facts.apt import AptArchives
from dockwright.site.apt_archive import Apt, debian_only, mirrors
from dockwright.site.apt_sources import read_sources

NEAR = "http://near.example/debian"
OWN = f"deb {NEAR} bookworm main\ndeb {NEAR}-security bookworm-security main\n"
KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----"
VENDORS = [
    "deb [signed-by=/k.gpg] http://vendor.example/deb stable main",
    "deb [arch=amd64 signed-by=/etc/apt/keyrings/d.gpg] https://v.example/debian bookworm main",
    "deb [ arch=amd64,arm64  signed-by=/usr/share/keyrings/v.gpg ] https://v.example bookworm main",
    "deb [arch=amd64] https://v.example/debian/12/prod bookworm main",
    "deb https://v.example/zabbix/6.4/debian bookworm main",
    "deb http://v.example/pub/repos/apt bookworm-pgdg main",
    "deb [trusted=yes] http://v.example/debian bookworm main",
    "deb cdrom:[Debian GNU/Linux 12.5.0 _Bookworm_ - Official amd64 #1]/ bookworm main",
    "deb file:/srv/debian bookworm main",
    "deb ftp://ftp.example/debian bookworm main",
    "deb mirror+http://v.example/debian.list bookworm main",
    "deb https://me:secret@v.example/debian bookworm main",
    "deb http://v.example/debian bookworm-backports main",
    "deb http://v.example/debian trixie main",
    "deb http://v.example/debian bookworm contrib",
    "deb http://v.example/debian ./",
    "deb-src http://v.example/debian bookworm main",
    "# deb http://v.example/debian bookworm main",
    "deb [",
    "deb",
]
STANZAS = [
    f"URIs: https://v.example/debian\nSuites: bookworm\nComponents: main\nSigned-By:\n {KEY}",
    "URIs: http://v.example/debian\nSuites: bookworm\nComponents: main\nTrusted: yes",
    "URIs: http://v.example/debian\nSuites: bookworm\nComponents: main\nEnabled: 0",
    "URIs: http://v.example/debian\nSuites: bookworm\nComponents: main\nSigned-By: /k/v.gpg",
]


def of(
    text: str, deb822: bool = False, distribution: str = "debian", name: str = "bookworm"
) -> Apt:
    return Apt(read_sources(text, deb822), distribution, name)


@pytest.mark.parametrize("line", VENDORS)
def test_what_is_not_the_distributions_is_passed_over(line: str) -> None:
    assert mirrors(of(f"{line}\n{OWN}")) == (NEAR, f"{NEAR}-security")
    assert mirrors(of(line)) == (None, None)
    assert {e.uri for e in debian_only(read_sources(f"{line}\n{OWN}", False), "bookworm")} <= {
        NEAR, f"{NEAR}-security", "http://v.example/debian",
    }  # fmt: skip


@pytest.mark.parametrize("stanza", STANZAS)
def test_so_it_is_in_the_newer_format(stanza: str) -> None:
    assert mirrors(of(f"Types: deb\n{stanza}\n", deb822=True)) == (None, None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (OWN, (NEAR, f"{NEAR}-security")),
        (f"deb {NEAR} stable main", (NEAR, None)),
        (f'deb "{NEAR}" "bookworm" main # near', (NEAR, None)),
        ("deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
         "https://near.example/x/y/z bookworm main", ("https://near.example/x/y/z", None)),
        ("deb http://m.example/pub/linux/debian bookworm main\n"
         "deb http://m.example/pub/linux/debian bookworm-updates main",
         ("http://m.example/pub/linux/debian", None)),
        ("deb http://v.example/debian bookworm main\n"
         f"deb [signed-by=/k/debian-archive-x.gpg] {NEAR} bookworm main", (NEAR, None)),
    ],
)  # fmt: skip
def test_the_distributions_own_is_found(text: str, found: tuple[str | None, str | None]) -> None:
    assert mirrors(of(text)) == found


def test_ubuntu_has_hosts_for_security_and_for_other_machines() -> None:
    text = (
        "deb http://v.example/ubuntu/foo jammy main\n"
        "deb http://a.example/ubuntu jammy main restricted\n"
        "deb http://a.example/ubuntu jammy-updates main\n"
        "deb http://s.example/ubuntu jammy-security main\n"
    )
    wanted = ("http://a.example/ubuntu", "http://s.example/ubuntu")
    assert mirrors(of(text, distribution="ubuntu", name="jammy")) == wanted
    ports = "deb http://p.example/ubuntu-ports noble main"
    assert mirrors(of(ports, distribution="ubuntu", name="noble"))[0] == (
        "http://p.example/ubuntu-ports"
    )
    assert debian_only(read_sources(text, False), "bookworm") == []


def test_a_base_of_another_distribution_keeps_its_own_archives() -> None:
    box = of("deb http://a.example/ubuntu jammy main", distribution="ubuntu", name="jammy")
    assert _own_mirrors(box, "debian:bookworm") == (None, None)
    assert _own_mirrors(box, "ubuntu:22.04") == ("http://a.example/ubuntu", None)
    assert _own_mirrors(box, "registry.example:5000/base:1") == ("http://a.example/ubuntu", None)


@pytest.mark.parametrize("origin", ["Debian", "A Vendor"])
def test_who_publishes_it_decides_where_the_box_knows(origin: str) -> None:
    lines = [
        "sources.list:deb http://v.example/a/debian bookworm main",
        f"/var/lib/apt/lists/v.example_a_debian_dists_bookworm_InRelease:Origin: {origin}",
        "/etc/os-release:ID=debian",
        "/etc/os-release:VERSION_CODENAME=bookworm",
    ]
    wanted = "http://v.example/a/debian" if origin == "Debian" else None
    assert mirrors(AptArchives().read(lines)) == (wanted, None)


def test_an_old_ubuntu_names_its_release_in_a_file_of_its_own() -> None:
    lines = [
        "sources.list:deb http://a.example/ubuntu trusty main",
        "/etc/lsb-release:DISTRIB_CODENAME=trusty",
        "/etc/os-release:ID=ubuntu",
    ]
    assert mirrors(AptArchives().read(lines)) == ("http://a.example/ubuntu", None)


@given(st.text(alphabet='deb []#"=:/+\n\thtp.x-main', max_size=60), st.booleans())
def test_any_text_is_read(text: str, deb822: bool) -> None:
    mirrors(of(text, deb822))
