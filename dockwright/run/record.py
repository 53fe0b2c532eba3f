"""How a box's record is read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dockwright.box.privilege import needs_sudo
from dockwright.errors import shown
from dockwright.facts.runs import Runs
from dockwright.run.inventory import box as connected_box


def history(name: str | None, inventory: str | None) -> list[dict[str, Any]]:
    """The records of a box, the oldest first.

    Args:
        name: the box; None for the one that builds.
        inventory: as for `dockwright.run.inventory.load`.

    Raises:
        DockwrightError: no such box, or it cannot be reached.

    Example:
        >>> history("docker", None)[-1]["result"]  # doctest: +SKIP
        'ok'
    """
    with connected_box(name, inventory) as host:
        found: list[dict[str, Any]] = host.get_fact(Runs, _sudo=needs_sudo(host))
    return found


def line(record: Mapping[str, Any]) -> str:
    """A record as one line.

    Example:
        >>> line({"began": "2026-11-25T09:00:00Z", "seconds": 2.0, "result": "ok"})
        '2026-11-25T09:00:00Z  ok  2.0 s  nothing changed'
    """

    def parts() -> Iterator[str]:
        for key in ("began", "result"):
            yield str(record.get(key, "?"))
        yield f"{record.get('seconds', 0):.1f} s"
        for key in ("who", "commit", "deploy"):
            if record.get(key):
                yield str(record[key])
        changed, failed = record.get("changed") or [], record.get("failed") or []
        yield f"changed: {'; '.join(changed)}" if changed else "nothing changed"
        if failed:
            yield f"failed: {'; '.join(failed)}"

    return shown("  ".join(parts()), 1000)
