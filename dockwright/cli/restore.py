"""`dockwright restore`: a leaf or a box from its backups."""

from __future__ import annotations

import click

from dockwright.cli import complete
from dockwright.cli.options import inventory_option
from dockwright.terminal import echo


@click.command()
@click.argument("name", metavar="LEAF|BOX", shell_complete=complete.leaves)
@click.option(
    "--at", metavar="TIME", help="The newest backup no newer than this: 2026-11-30T07:00:00Z."
)
@click.option(
    "--to",
    metavar="BOX",
    shell_complete=complete.boxes,
    help="On this box.  [default: the one that it is of]",
)
@click.option(
    "--from",
    "source",
    metavar="BOX",
    shell_complete=complete.boxes,
    help="The backup of this box, where several run the leaf.",
)
@inventory_option
def restore(
    name: str, at: str | None, to: str | None, source: str | None, inventory: str | None
) -> None:
    """Restore a leaf's data, or all that is backed up of a box, onto the same or a fresh one.

    A leaf is stopped while its data change places, and waited for; where it does not come up, it
    has its former data again, and the exit status is 1.
    """
    from dockwright.run.backup.restore import restore as run  # pyinfra takes a second to import

    run(name, inventory, at, to, source, say=echo)
