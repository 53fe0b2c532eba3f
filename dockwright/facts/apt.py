"""Where a box's apt fetches from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dockwright.box.fact import Fact
from dockwright.site.apt_sources import AptEntry, read_sources


class AptArchives(Fact[list[AptEntry]]):
    """The archives of the box's apt, in the order of its files; none where there is no apt.

    Example:
        >>> host.get_fact(AptArchives)[0].suite  # doctest: +SKIP
        'bookworm'
    """

    about = "apt's archives"

    def script(self) -> str:
        # each line after the name of its file, which no sed script may hold: it may be any text
        return (
            "cd /etc/apt && for file in sources.list sources.list.d/*.list "
            "sources.list.d/*.sources; do "
            '[ ! -f "$file" ] || grep -aH "" -- "$file"; done; true'
        )

    @staticmethod
    def default() -> list[AptEntry]:
        return []

    def read(self, lines: Iterable[str]) -> list[AptEntry]:
        texts: dict[str, list[str]] = {}
        for line in lines:
            name, _, text = line.partition(":")
            texts.setdefault(name, []).append(text)
        found: list[AptEntry] = []
        for name, lines in texts.items():
            found += read_sources("\n".join(lines), deb822=name.endswith(".sources"))
        return found


def mirrors(archives: Sequence[AptEntry]) -> tuple[str | None, str | None]:
    """The URIs of the release's own archive and of its security updates, for builds.

    Example:
        >>> mirrors([AptEntry("http://mirror.example/debian", "bookworm", ("main",))])
        ('http://mirror.example/debian', None)
    """
    ours = [entry for entry in archives if "main" in entry.components]
    main = next((entry.uri for entry in ours if "-" not in entry.suite), None)
    security = next((entry.uri for entry in ours if entry.suite.endswith("-security")), None)
    return main, security
