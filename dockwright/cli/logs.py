"""`dockwright logs`: what a leaf's containers said."""

from __future__ import annotations

import click

from dockwright.cli.options import inventory_option


@click.command()
@click.argument("leaf")
@inventory_option
@click.option("--box", metavar="BOX", help="A box of the inventory.  [default: all with the leaf]")
@click.option("-f", "--follow", is_flag=True, help="Go on with what they say from now on.")
@click.option(
    "-n", "--lines", type=click.IntRange(min=0), default=100, show_default=True, help="The last N."
)
def logs(leaf: str, inventory: str | None, box: str | None, follow: bool, lines: int) -> None:
    """Show what the containers of LEAF said, those that are gone too.

    From the box's journal, or with Upstart from /var/log/upstart.
    """
    from dockwright.run.logs import logs as show  # pyinfra takes a second to import

    try:
        show(leaf, box=box, inventory=inventory, lines=lines, follow=follow)
    except KeyboardInterrupt:
        if not follow:
            raise
