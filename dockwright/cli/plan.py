"""`dockwright plan` and what it shares with `dockwright apply`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dockwright.terminal import echo

if TYPE_CHECKING:
    from dockwright.run.planned import Plan


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """INVENTORY, DEPLOY, --limit, --only and --diff."""
    for option in (
        click.option(
            "--diff", "whole", is_flag=True, help="All of it: reasons, whole files, commands."
        ),
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


def show(plan: Plan, whole: bool) -> None:
    """Print ``plan``: one line a thing, or all that is known of it."""
    from dockwright.run.wording import plan as short
    from dockwright.run.wording import whole as long

    for line in long.lines(plan) if whole else short.lines(plan):
        echo(line, color=colour())
    for line in plan.reminders:
        echo(click.style(f"note: {line}", fg="cyan"), color=colour())


@click.command()
@plan_options
@click.option("--json", "as_json", is_flag=True, help="For programs: docs/plan.schema.json.")
def plan(
    inventory: str,
    deploy: Path,
    limit: tuple[str, ...],
    only: str | None,
    whole: bool,
    as_json: bool,
) -> int:
    """Show what applying DEPLOY to INVENTORY would change, and why; change nothing.

    Exit status 0: all is as declared; 2: something is not; 1: an error, or a box gave no answer.
    """
    from dockwright.run.plan import plan as run  # pyinfra takes a second to import

    found = run(inventory, deploy, limit, only)
    if as_json:
        echo(json.dumps(found.json(), indent=2))
    else:
        show(found, whole)
    if found.failed:
        return 1
    return 2 if found.drift else 0
