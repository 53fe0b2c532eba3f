"""`dockwright swarm`: leaves as services, for other programs."""

from __future__ import annotations

import click

from dockwright.cli.options import inventory_option
from dockwright.terminal import echo


@click.group()
def swarm() -> None:
    """Leaves as services of Docker Swarm."""


@swarm.command()
@click.argument("leaves", nargs=-1, metavar="[LEAF]…")
@click.option(
    "--format", "form", type=click.Choice(["compose"]), default="compose", show_default=True,
    help="A stack file, which `docker stack deploy` takes.",
)  # fmt: skip
@inventory_option
def export(leaves: tuple[str, ...], form: str, inventory: str | None) -> None:
    """Write LEAF, by default all leaves of the swarm, as a file of another program.

    The manager is asked which images there are, and changes nothing. Secrets are named in it, and
    are to be there: a run of the deploys makes them.
    """
    from dockwright.run.compose import export as made  # pyinfra takes a second to import

    echo(made(leaves, inventory).removesuffix("\n"))
