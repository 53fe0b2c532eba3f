"""Volumes that containers left behind."""

from __future__ import annotations

from pyinfra import host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, operation
from dockwright.commands.script import Script
from dockwright.engine.place import USE
from dockwright.facts.volumes import LeftVolumes

# one that a container has by now is refused by the engine, and stays
_REMOVE = f"""{USE}
while read -r volume; do
  docker volume rm "$volume" >/dev/null 2>&1 || :
done
"""


@operation()
def volumes() -> Commands:
    """Remove volumes that nobody named (``VOLUME``, ``-v /path``), and that no container has.

    They are left by a container whose engine was killed as it went, and by one that was removed
    without its volumes; whoever removed it, what is in them is lost. Those with a name stay.

    Example::

        engine.volumes()
    """
    left = host.get_fact(LeftVolumes)
    if not left:
        host.noop("no volume without a name is left over")
        return
    log.changes(
        host, [Change("-", f"volume {one[:12]}…", ("no container has it",)) for one in left]
    )
    yield Script(f"remove {len(left)} volumes", _REMOVE, stdin="".join(f"{one}\n" for one in left))
