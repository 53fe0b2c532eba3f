"""What a run leaves on each box of it, and how it is read again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.host import Host

from dockwright.engine.privilege import needs_sudo
from dockwright.errors import shown
from dockwright.facts.runs import FOLDER, RUNS, Runs
from dockwright.run.inventory import box as connected_box

_MOST = 1 << 20  # bytes of a file; there are two
_WRITE = """set -eu
umask 027
mkdir -p "$1"
[ "$(stat -c %s "$2" 2>/dev/null || echo 0)" -lt "$3" ] || mv -fT "$2" "$2.1"
cat >>"$2"
"""


@dataclass(frozen=True)
class Record:
    """One run on one box.

    ``began`` is UTC as ISO 8601, ``commit`` the site's (with ``+`` where files of it were not
    committed; empty: no repository), ``result`` is ``ok``, ``failed`` or ``interrupted``.
    """

    began: str
    seconds: float
    who: str
    commit: str
    deploy: str
    result: str
    changed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    version: int = 1


def write(host: Host, record: Record) -> str | None:
    """Append ``record`` on ``host``; what went wrong, or None.

    Example:
        >>> write(host, record)  # doctest: +SKIP
    """
    command = StringCommand(
        "sh", "-c", QuoteString(_WRITE), "sh", FOLDER, RUNS, str(_MOST)
    )  # fmt: skip
    try:
        done, output = host.run_shell_command(
            command,
            print_output=False,
            print_input=False,
            _sudo=needs_sudo(host),
            _stdin=json.dumps(asdict(record)),
        )
    except Exception as error:  # noqa: BLE001  a lost connection raises what it likes
        return f"box {host.name}: {RUNS}: not written: {str(error) or type(error).__name__}"
    return None if done else f"box {host.name}: {RUNS}: not written: {output.stderr.strip()}"


def commit_of(deploy: Path) -> str:
    """The commit of the site that ``deploy`` belongs to, with ``+`` where files differ from it.

    Example:
        >>> commit_of(Path("/"))
        ''
    """

    def git(*words: str) -> str:
        try:
            done = subprocess.run(
                ["git", "-C", str(deploy.parent), *words],
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError:  # no git on this machine
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""

    commit = git("rev-parse", "--short=12", "HEAD")
    return f"{commit}+" if commit and git("status", "--porcelain") else commit


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
