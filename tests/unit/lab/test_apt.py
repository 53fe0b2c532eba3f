"""Reading this machine's apt sources: only Debian's own archive goes into a box."""

from dockwright.lab.apt import pick_options
from dockwright.site.apt_archive import debian_only
from dockwright.site.apt_sources import AptEntry, read_sources

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
STANZAS = f"""\
Types: deb deb-src
# URIs: http://old.example/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: {KEYRING}

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: {KEYRING}

Types: deb
URIs: http://vendor.example/debian
Suites: bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main
"""
LINES = """\
# deb http://old.example/debian bookworm main
deb http://mirror.example/debian bookworm main contrib # near
deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://m.example/x bookworm-updates main
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/debian bookworm-backports main
deb http://vendor.example/linux/debian bookworm stable
deb [signed-by=/etc/apt/keyrings/vendor.gpg] http://vendor.example/debian bookworm main
deb http://vendor.example/tools bookworm main
deb cdrom:[Debian]/ bookworm main
"""  # noqa: E501


def test_deb822_stanzas_for_another_suite() -> None:
    assert debian_only(read_sources(STANZAS, deb822=True), "trixie") == [
        AptEntry("http://mirror.example/debian", "trixie", ("main", "contrib")),
        AptEntry("http://mirror.example/debian", "trixie-updates", ("main", "contrib")),
        AptEntry("http://mirror.example/debian-security", "trixie-security", ("main",)),
    ]


def test_one_line_sources_leave_vendors_and_backports_out() -> None:
    assert debian_only(read_sources(LINES, deb822=False), "bookworm") == [
        AptEntry("http://mirror.example/debian", "bookworm", ("main", "contrib")),
        AptEntry("http://m.example/x", "bookworm-updates", ("main",)),
    ]


def test_options_that_reach_the_archive_are_taken_and_no_others() -> None:
    dump = (
        'APT::Architecture "amd64";\nAcquire::Check-Valid-Until "false";\n'
        'Acquire::http::Proxy "http://proxy.example:3128";\nAcquire::Languages "none";\n'
        'Acquire::http::Proxy::mirror.example "DIRECT";\nDir::State "var/lib/apt";\n'
    )
    assert pick_options(dump) == [
        'Acquire::Check-Valid-Until "false";',
        'Acquire::http::Proxy "http://proxy.example:3128";',
        'Acquire::http::Proxy::mirror.example "DIRECT";',
    ]
