"""The blobs of a registry read through on its box, and held against their digests."""

from __future__ import annotations

from pyinfra.api.host import Host

from dockwright.box.process import run
from dockwright.errors import BoxError
from dockwright.places import DATA
from dockwright.scripts import text

_SCRIPT = text("registry/contents").replace("@DATA@", DATA)


def changed(host: Host) -> dict[str, str]:
    """The blobs whose content has another digest than they are called by, each with that.

    Args:
        host: the registry's box, connected. It reads at its lowest priority: of many images it
            takes its time.

    Raises:
        BoxError: it could not read them through.

    Example::

        changed(host)  # {}
    """
    found: dict[str, str] = {}
    said: list[str] = []

    def tell(line: str) -> None:
        what, *rest = line.split(" ")
        if what == "changed" and len(rest) == 2:
            found[rest[0]] = rest[1]
        else:
            said.append(line)

    status = run(host, _SCRIPT, b"", tell)
    if status or said[-1:] != ["read"]:
        why = "; ".join(said[-3:]) or f"ended with {status}"
        raise BoxError(f"box {host.name}: its registry's data were not read through: {why}")
    return found
