"""`dockwright move`: a leaf with its data to another box."""

from __future__ import annotations

from pathlib import Path

import click

from dockwright.cli import complete
from dockwright.cli.options import inventory_option
from dockwright.run.named import DEPLOY
from dockwright.terminal import echo


@click.command()
@click.argument("leaf", shell_complete=complete.leaves)
@click.option(
    "--to", metavar="BOX", required=True, shell_complete=complete.boxes, help="The new box."
)
@click.option(
    "--deploy",
    metavar="DEPLOY",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DEPLOY,
    show_default=True,
    help="What is applied there, and where it was.",
)
@inventory_option
@click.option("--yes", is_flag=True, help="Don't ask.")
def move(leaf: str, to: str, deploy: Path, inventory: str | None, yes: bool) -> None:
    """Move LEAF with its data to BOX, where the inventory has it by now.

    It is backed up, restored there, and applied on both boxes; it is down from its last backup
    until it is up on the new box. Where that fails, it runs where it was.
    """
    from dockwright.run.ask import confirmed  # pyinfra takes a second to import
    from dockwright.run.backup.move import move as run

    if not yes and not confirmed(f"Move {leaf} to box {to}? It is down meanwhile."):
        return
    run(leaf, to, deploy, inventory, say=echo)
