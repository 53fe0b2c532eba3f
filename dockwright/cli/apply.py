"""`dockwright apply`: a plan, agreed to and carried out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dockwright.cli.plan import colour, plan_options
from dockwright.terminal import echo

if TYPE_CHECKING:
    from dockwright.run.planned import Plan


@click.command()
@plan_options
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def apply(inventory: str, deploy: Path, limit: tuple[str, ...], only: str | None, yes: bool) -> int:
    """Show what is to change, ask, and change it; each box keeps a record of it.

    Exit status 0: done; 1: something failed, or you said no.
    """
    from dockwright.run.apply import apply as run  # pyinfra takes a second to import
    from dockwright.run.ask import confirmed
    from dockwright.run.progress import show_progress
    from dockwright.run.render import lines

    def agree(found: Plan) -> bool:
        for line in lines(found):
            echo(line, color=colour())
        agreed = found.idle or yes or confirmed("Apply it?")
        show_progress(colour())
        return agreed

    done = run(
        inventory,
        deploy,
        limit,
        only,
        agree=agree,
        say=lambda text: echo(f"warning: {text}", err=True),
    )
    if done is None:
        echo("nothing was changed", err=True)
        return 1
    for line in done.lines():
        echo(line)
    echo(click.style(done.summary(), fg="green" if done.ok else "red"), color=colour())
    return 0 if done.ok else 1
