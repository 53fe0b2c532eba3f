"""Where a box's apt fetches from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from dockwright.box.fact import Fact
from dockwright.scripts import text
from dockwright.site.apt_archive import Apt, followed
from dockwright.site.apt_sources import AptEntry, read_sources

_LISTS = "/var/lib/apt/lists/"
# Each line after the name of its file, which no sed script may hold: it may be any text. Absolute
# names are those of other files than the sources.
_SCRIPT = text("facts/apt")


class AptArchives(Fact[Apt]):
    """The archives of the box's apt, in the order of its files; none where there is no apt.

    Example::

        host.get_fact(AptArchives).entries[0].suite  # 'bookworm'
    """

    about = "apt's archives"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> Apt:
        return Apt()

    def read(self, lines: Iterable[str]) -> Apt:
        texts: dict[str, list[str]] = {}
        origins: dict[str, str] = {}
        for line in lines:
            if line.startswith(_LISTS):
                name, _, origin = line.removeprefix(_LISTS).partition(":Origin:")
                origins[name] = origin.strip()
                continue
            name, _, text = line.partition(":")
            texts.setdefault(name, []).append(text)
        release: dict[str, str] = {}
        for line in [*texts.pop("/etc/lsb-release", []), *texts.pop("/etc/os-release", [])]:
            key, _, value = line.partition("=")
            release[key] = value.strip("\"'")
        lists = {name: "\n".join(texts.pop(name)) for name in [*texts] if name.startswith("/")}
        entries: list[AptEntry] = []
        for name, lines in texts.items():
            entries += read_sources("\n".join(lines), deb822=name.endswith(".sources"))
        return Apt(
            tuple(followed([replace(e, origin=_origin(e, origins)) for e in entries], lists)),
            release.get("ID", ""),
            # Ubuntu 14.04 has it in its own file alone
            release.get("VERSION_CODENAME") or release.get("DISTRIB_CODENAME", ""),
        )


def _origin(entry: AptEntry, origins: dict[str, str]) -> str:
    """Who publishes ``entry``, by the name that apt gives its lists."""
    place = re.sub(r"^[a-z0-9+.-]+:/*", "", entry.uri).rstrip("/")
    place = re.sub(r"[\\|{}\[\]<>\"^~_=!@#$%&*]", lambda c: f"%{ord(c[0]):02x}", place)
    stem = f"{place}/dists/{entry.suite}/".replace("/", "_")
    stem = f"_{stem}" if entry.uri.startswith("mirror+file:") else stem
    return origins.get(f"{stem}InRelease") or origins.get(f"{stem}Release", "")
