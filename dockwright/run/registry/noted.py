"""What became of a collection or a verification, left on the registry's box for `status`."""

from __future__ import annotations

from typing import Literal

from pyinfra.api.host import Host

from dockwright import places
from dockwright.box.process import run

_SCRIPT = """mkdir -p /var/lib/dockwright
printf '%s done %s\\n' "$(date +%s)" @NUMBER@ >@FILE@.new &&
  chmod 644 @FILE@.new && mv -f @FILE@.new @FILE@
"""
_FILES = {"collected": places.COLLECTED, "verified": places.VERIFIED}


def note(host: Host, what: Literal["collected", "verified"], number: int) -> None:
    """Leave a line of it, of now by the box's clock; one that can't be left is no error.

    Args:
        host: the registry's box, connected.
        what: was done.
        number: the bytes that were freed, or the flaws that were found.

    Raises:
        BoxError: the box stopped answering.

    Example::

        note(host, "verified", 0)
    """
    script = _SCRIPT.replace("@FILE@", _FILES[what]).replace("@NUMBER@", str(number))
    run(host, script, b"", lambda _: None)
