"""How a box's record is read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dockwright.box.privilege import as_root
from dockwright.facts.runs import Runs
from dockwright.run.inventory import box as connected_box
from dockwright.text import line as shown


def history(
    name: str | None, inventory: str | None, skip: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The records of a box, the oldest first.

    Args:
        name: the box; None for the one that builds.
        inventory, skip: as for `dockwright.run.inventory.load`.

    Raises:
        DockwrightError: no such box, or it cannot be reached.

    Example::

        history("docker", None)[-1]["result"]  # 'ok'
    """
    with connected_box(name, inventory, skip) as host:
        records: list[dict[str, Any]] = host.get_fact(Runs, **as_root(host))
    return records


def line(record: Mapping[str, Any]) -> str:
    """A record as one line.

    Example:
        >>> line({"began": "2026-11-25T09:00:00Z", "seconds": 2.0, "result": "ok"})
        '2026-11-25T09:00:00Z  ok  2.0 s  nothing changed'
    """

    def parts() -> Iterator[str]:
        for key in ("began", "result"):
            yield str(record.get(key, "?"))
        seconds = record.get("seconds")
        yield f"{seconds:.1f} s" if isinstance(seconds, (int, float)) else "? s"
        for key in ("who", "commit", "deploy"):
            if record.get(key):
                yield str(record[key])
        changed, failed = (_names(record.get(key)) for key in ("changed", "failed"))
        yield f"changed: {'; '.join(changed)}" if changed else "nothing changed"
        whys = record.get("reasons")
        of = whys if isinstance(whys, dict) else {}
        if failed:
            failures = [f"{name} ({of[name]})" if name in of else name for name in failed]
            yield f"failed: {'; '.join(failures)}"

    return shown("  ".join(parts()), 1000)


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []
