"""`dockwright plan` and what it shares with `dockwright apply`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dockwright.cli import complete
from dockwright.cli.options import inventory_option, skip_option
from dockwright.run.named import places
from dockwright.terminal import echo

if TYPE_CHECKING:
    from dockwright.run.planned import Plan


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What plan and apply share; without INVENTORY and DEPLOY they are those of the site."""

    @wraps(command)
    def with_places(words: tuple[str, ...], inventory: str | None, **options: Any) -> Any:
        where, deploy = places(words, inventory)
        return command(inventory=where, deploy=deploy, **options)

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
            "--limit",
            multiple=True,
            metavar="BOX",
            shell_complete=complete.boxes,
            help="Only this box or group; repeat it.",
        ),
        skip_option,
        inventory_option,
        click.argument("words", nargs=-1, metavar="[[INVENTORY] DEPLOY]"),
    ):
        with_places = option(with_places)
    return with_places


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
    skip: tuple[str, ...],
    only: str | None,
    whole: bool,
    as_json: bool,
) -> int:
    """Show what applying DEPLOY to INVENTORY would change, and why; change nothing.

    DEPLOY is deploy/site.py unless it is named.

    Exit status 0: all is as declared; 2: something is not; 1: an error, or a box gave no answer.
    """
    from dockwright.run.plan import plan as run  # pyinfra takes a second to import

    site_plan = run(inventory, deploy, limit, only, skip)
    if as_json:
        echo(json.dumps(site_plan.json(), indent=2))
    else:
        show(site_plan, whole)
    if site_plan.failed:
        return 1
    return 2 if site_plan.drift else 0
