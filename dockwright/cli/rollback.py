"""`dockwright rollback`: a leaf back to the image it ran before."""

from __future__ import annotations

import click

from dockwright.cli import complete
from dockwright.cli.options import inventory_option, skip_option
from dockwright.terminal import echo


@click.command()
@click.argument("leaf", shell_complete=complete.leaves)
@click.option(
    "--box",
    "boxes",
    multiple=True,
    metavar="BOX",
    shell_complete=complete.boxes,
    help="Only this box; repeat it.",
)
@click.option(
    "--to", metavar="DIGEST", help="To this image of the leaf, by its digest's first digits."
)
@skip_option
@inventory_option
def rollback(
    leaf: str,
    inventory: str | None,
    boxes: tuple[str, ...],
    skip: tuple[str, ...],
    to: str | None,
) -> None:
    """Put back the jobs and image that LEAF had before its last upgrade, box by box.

    Once more: the version before that one. Forward again is a run of the deploys. Where a box does
    not answer, the others go back all the same, and the exit status is 1.
    """
    from dockwright.run.rollback import roll_back  # pyinfra takes a second to import

    roll_back(leaf, boxes, inventory, say=echo, to=to, skip=skip)
