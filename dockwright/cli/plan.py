"""`dockwright plan` and what it shares with `dockwright apply`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from dockwright.terminal import echo


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """INVENTORY, DEPLOY, --limit and --only."""
    for option in (
        click.option(
            "--only",
            metavar="TEXT",
            help="Only operations with TEXT in their name or their deploy's.",
        ),
        click.option(
            "--limit", multiple=True, metavar="BOX", help="Only this box or group; repeat it."
        ),
        click.argument("deploy", type=click.Path(path_type=Path)),
        click.argument("inventory"),
    ):
        command = option(command)
    return command


def colour() -> bool | None:
    """Whether to colour: not with NO_COLOR, else where the output is a terminal."""
    return False if os.environ.get("NO_COLOR") else None


@click.command()
@plan_options
@click.option("--json", "as_json", is_flag=True, help="For programs: docs/plan.schema.json.")
def plan(
    inventory: str, deploy: Path, limit: tuple[str, ...], only: str | None, as_json: bool
) -> int:
    """Show what applying DEPLOY to INVENTORY would change, and why; change nothing.

    Exit status 0: all is as declared; 2: something is not; 1: an error, or a box gave no answer.
    """
    from dockwright.run.plan import plan as run  # pyinfra takes a second to import
    from dockwright.run.render import lines

    found = run(inventory, deploy, limit, only)
    if as_json:
        echo(json.dumps(found.json(), indent=2))
    else:
        for line in lines(found):
            echo(line, color=colour())
    if found.failed:
        return 1
    return 2 if found.drift else 0
