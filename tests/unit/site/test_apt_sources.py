"""apt's sources in both formats: what is written reads back, and what says nothing gives none."""

import pytest

from dockwright.site.apt_archive import debian_only
from dockwright.site.apt_sources import read_sources, render_sources

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
"""


def test_what_is_written_reads_back() -> None:
    chosen = debian_only(read_sources(STANZAS, deb822=True), "bookworm")
    text = render_sources(chosen)
    assert text.count(f"Signed-By: {KEYRING}\n") == 3
    assert debian_only(read_sources(text, deb822=True), "bookworm") == chosen


@pytest.mark.parametrize("text", ["", "\n\n", "Types: deb\n", "garbage"])
def test_sources_without_entries_give_none(text: str) -> None:
    assert read_sources(text, deb822=True) == []
    assert read_sources(text, deb822=False) == []
