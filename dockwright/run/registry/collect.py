"""Images taken from a registry, and from its disk what no image needs, while it is read on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from shlex import quote

from dockwright.box.process import run
from dockwright.engine.place import USE
from dockwright.errors import DockwrightError
from dockwright.registry.kept.retention import Freed, Gone, order
from dockwright.run.registry.looked import KeptRegistry
from dockwright.scripts import text

_SCRIPT = USE + "\n" + text("registry/collect")


@dataclass
class Collected:
    """What became of it: ``removed`` and ``untagged`` are those that went, ``stayed`` those that
    somebody pushed meanwhile.
    """

    removed: set[tuple[str, str]] = field(default_factory=set)
    untagged: set[tuple[str, str]] = field(default_factory=set)
    stayed: set[tuple[str, str]] = field(default_factory=set)
    freed: Freed = field(default_factory=Freed)


def collect(registry: KeptRegistry, gone: Iterable[Gone], grace: float | None) -> Collected:
    """Have ``gone`` taken from ``registry``, and from its disk what then nothing needs.

    It is the registry's container that does so, in a time when nothing is written to it; it ends
    that by itself, whatever becomes of this command and its connection.

    Args:
        registry: as it was looked at.
        gone: manifests and tags; what was pushed again since stays.
        grace: seconds for which stays on the disk whatever was written; None: the disk is left.

    Raises:
        DockwrightError: it does not run, is of a former version, or says why it could not.

    Example::

        collect(registry, superfluous(kept, pins, 3), 3600).freed.size
    """
    where = f"registry {registry.place}"
    if registry.container is None:
        raise DockwrightError(
            f"{where}: does not run on box {registry.host.name}; run deploy/registry_host.py"
        )
    said: list[str] = []
    script = _SCRIPT.replace("@CONTAINER@", quote(registry.container))
    status = run(registry.host, script, order(registry.kept, gone, grace).encode(), said.append)
    made, errors = _read(said)
    if status or errors or "status 0" not in said:
        words = ("removed ", "untagged ", "kept ", "freed ")
        why = errors or [line for line in said if line and not line.startswith(words)][-3:]
        why = why or [f"its connection ended with {status}"]
        raise DockwrightError(f"{where}: box {registry.host.name}: {'; '.join(why)}")
    return made


def _read(said: Iterable[str]) -> tuple[Collected, list[str]]:
    made, errors = Collected(), []
    for line in said:
        what, *rest = line.split(" ")
        if what == "removed":
            made.removed.add((rest[0], f"sha256:{rest[1]}"))
        elif what == "untagged":
            made.untagged.add((rest[0], rest[1]))
        elif what == "kept":
            made.stayed.add((rest[0], f"sha256:{rest[1]}"))
        elif what == "freed":
            made.freed = Freed(frozenset(), int(rest[1]), int(rest[2]))
        elif what == "error":
            errors.append(" ".join(rest))
    return made, errors
