"""Where this machine's apt finds Debian, so that boxes fetch from the same place."""

from __future__ import annotations

import re
from pathlib import Path

from dockwright.errors import DockwrightError
from dockwright.lab.commands import run
from dockwright.site.apt_archive import debian_only
from dockwright.site.apt_sources import AptEntry, read_sources, render_sources

_OPTION = re.compile(
    r"Acquire::(Check-Valid-Until|Check-Date|Retries|ForceIPv4|https?::(Proxy|Pipeline-Depth|"
    r"Timeout|Dl-Limit)\S*) ",
    re.IGNORECASE,
)


def pick_options(dump: str) -> list[str]:
    """The lines of `apt-config dump` that say how to reach the archive: proxy, date checks."""
    return [line.strip() for line in dump.splitlines() if _OPTION.match(line)]


def box_sources(suite: str) -> str:
    """The sources text of a box; raises DockwrightError where this machine's apt has no Debian."""
    folder = Path("/etc/apt")
    entries: list[AptEntry] = []
    parts = sorted((folder / "sources.list.d").glob("*"))
    for path in [folder / "sources.list", *parts]:
        if path.suffix in (".list", ".sources") and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            entries += read_sources(text, deb822=path.suffix == ".sources")
    chosen = debian_only(entries, suite)
    if not any(entry.suite == suite for entry in chosen):
        raise DockwrightError(
            f"/etc/apt: no http source of Debian's main archive to take {suite} from; "
            "add one to /etc/apt/sources.list.d (a Debian mirror), or use Vagrant"
        )
    return render_sources(chosen)


def box_options() -> list[str]:
    """apt options of this machine that a box needs as well."""
    return pick_options(run(["apt-config", "dump"]).stdout)
