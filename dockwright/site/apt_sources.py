"""apt's sources, in both of their formats: read, chosen for a release, written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_RELEASE = re.compile(
    r"(bullseye|bookworm|trixie|forky|oldstable|stable|testing)(-updates|-security)?"
)
_ONE_LINE = re.compile(r"deb(?:\s+\[(?P<options>[^\]]*)\])?\s+(?P<uri>\S+)\s+(?P<rest>.+)")


@dataclass(frozen=True)
class AptEntry:
    """One archive of one release: `http://mirror.example/debian`, bookworm-updates, main."""

    uri: str
    suite: str
    components: tuple[str, ...]
    signed_by: str = ""


def read_sources(text: str, deb822: bool) -> list[AptEntry]:
    """The binary entries of one file of apt sources, in either of its formats."""
    return list(_stanzas(text) if deb822 else _lines(text))


def _lines(text: str) -> Iterable[AptEntry]:
    for line in text.splitlines():
        found = _ONE_LINE.fullmatch(line.split("#", 1)[0].strip())
        if not found:
            continue
        options = dict(part.partition("=")[::2] for part in (found["options"] or "").split())
        suite, *components = found["rest"].split()
        yield AptEntry(found["uri"], suite, tuple(components), options.get("signed-by", ""))


def _stanzas(text: str) -> Iterable[AptEntry]:
    without_comments = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", without_comments):
        fields: dict[str, str] = {}
        key = ""
        for line in stanza.splitlines():
            if line[:1] in (" ", "\t"):
                fields[key] = f"{fields.get(key, '')}\n{line.strip()}"
            elif ":" in line:
                key, _, value = line.partition(":")
                key = key.lower()
                fields[key] = value.strip()
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                components = tuple(fields.get("components", "").split())
                yield AptEntry(uri, suite, components, fields.get("signed-by", ""))


def debian_only(entries: Iterable[AptEntry], suite: str) -> list[AptEntry]:
    """The Debian archive's own entries, for `suite`: the release, its updates, its security."""
    chosen: dict[tuple[str, str], AptEntry] = {}
    for entry in entries:
        release = _RELEASE.fullmatch(entry.suite)
        ours = release and "main" in entry.components and re.match(r"https?://", entry.uri)
        if not release or not ours:
            continue
        # Others publish for `bookworm main` too: they sign with their own key, elsewhere.
        if entry.signed_by:
            if "debian-archive" not in entry.signed_by:
                continue
        elif "debian" not in entry.uri.rstrip("/").split("/", 3)[-1]:
            continue
        wanted = suite + (release[2] or "")
        chosen.setdefault((entry.uri, wanted), AptEntry(entry.uri, wanted, entry.components))
    return list(chosen.values())


def render_sources(entries: Iterable[AptEntry]) -> str:
    """deb822 text for /etc/apt/sources.list.d/debian.sources of a box."""
    return "\n".join(
        f"Types: deb\nURIs: {entry.uri}\nSuites: {entry.suite}\n"
        f"Components: {' '.join(entry.components)}\nSigned-By: {KEYRING}\n"
        for entry in entries
    )
