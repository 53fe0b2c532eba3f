"""apt's sources, in both of their formats: read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dockwright.value import Value

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_OFF = frozenset({"0", "disable", "false", "no", "off", "without"})
_ON = frozenset({"1", "enable", "on", "true", "with", "yes"})
# apt takes what stands in brackets or quotes for part of a word, with its spaces
_WORD = re.compile(r"(?:\[[^\]]*\]|\"[^\"]*\"|[^\s\[\"])+")


@dataclass(frozen=True)
class AptEntry(Value):
    """One archive of one release: `http://mirror.example/debian`, bookworm-updates, main."""

    uri: str
    suite: str
    components: tuple[str, ...]
    signed_by: str = ""  # path of a keyring, or a key itself; empty: any key that apt trusts
    trusted: bool = False  # by the administrator's word, without a signature
    origin: str = ""  # who publishes it, where the box has fetched its lists


def read_sources(text: str, deb822: bool) -> list[AptEntry]:
    """The binary entries of one file of apt sources, in either of its formats."""
    return list(_stanzas(text) if deb822 else _lines(text))


def _lines(text: str) -> Iterable[AptEntry]:
    for line in text.splitlines():
        words = _WORD.findall(_without_comment(line))
        if words[:1] != ["deb"]:
            continue
        options: dict[str, str] = {}
        if len(words) > 1 and words[1].startswith("["):
            options = dict(part.partition("=")[::2] for part in words.pop(1)[1:-1].split())
        if len(words) < 3:
            continue
        uri, suite, *components = (word.replace('"', "") for word in words[1:])
        trusted = options.get("trusted", "").lower() in _ON
        signed_by = options.get("signed-by", "")
        yield AptEntry(uri, suite, tuple(components), signed_by, trusted)


def _without_comment(line: str) -> str:
    # a # in brackets begins none
    return re.sub(r"(\[[^\]]*\])|#.*", lambda match: match[1] or "", line)


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
        if fields.get("enabled", "yes").lower() in _OFF:
            continue
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                components = tuple(fields.get("components", "").split())
                trusted = fields.get("trusted", "").lower() in _ON
                yield AptEntry(uri, suite, components, fields.get("signed-by", ""), trusted)


def render_sources(entries: Iterable[AptEntry]) -> str:
    """deb822 text for /etc/apt/sources.list.d/debian.sources of a box."""
    return "\n".join(
        f"Types: deb\nURIs: {entry.uri}\nSuites: {entry.suite}\n"
        f"Components: {' '.join(entry.components)}\nSigned-By: {KEYRING}\n"
        for entry in entries
    )
