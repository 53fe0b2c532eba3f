"""`dockwright logs`: what a leaf's containers said."""

from __future__ import annotations

import click

from dockwright.cli import complete
from dockwright.cli.options import inventory_option, skip_option

_LINES = 100


@click.command()
@click.argument("leaf", shell_complete=complete.leaves)
@inventory_option
@click.option(
    "--box",
    metavar="BOX",
    shell_complete=complete.boxes,
    help="A box of the inventory.  [default: all that run it]",
)
@skip_option
@click.option("--all", "everywhere", is_flag=True, help="Also boxes that ran it once.")
@click.option("--process", metavar="NAME", help="Of one process of its Procfile, such as web.")
@click.option(
    "--since", metavar="TIME", help="10m, 2h, 3d, or a time of the box: '2026-11-29 10:00'."
)
@click.option("-f", "--follow", is_flag=True, help="Go on with what they say from now on.")
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(min=0),
    help=f"The last N of each box.  [default: {_LINES}; all with --since]",
)
def logs(
    leaf: str,
    inventory: str | None,
    box: str | None,
    skip: tuple[str, ...],
    everywhere: bool,
    process: str | None,
    since: str | None,
    follow: bool,
    lines: int | None,
) -> None:
    """Show what the containers of LEAF said, those that are gone too.

    From the box's journal, or the files that another init than systemd writes. Of several boxes
    each line has the box's name in front.
    """
    from dockwright.inits.wanted_logs import WantedLogs
    from dockwright.run.logs import logs as show  # pyinfra takes a second to import

    if since is None and lines is None:
        lines = _LINES
    if since is not None and lines is not None and follow:
        raise click.UsageError("--follow: with --since or with --lines, not with both")
    wanted = WantedLogs(process, lines, since, follow)
    try:
        show(leaf, wanted, box=box, everywhere=everywhere, inventory=inventory, skip=skip)
    except KeyboardInterrupt:
        if not follow:
            raise
