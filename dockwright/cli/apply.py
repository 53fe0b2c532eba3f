"""`dockwright apply`: a plan, agreed to and carried out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dockwright.cli.plan import colour, plan_options, show
from dockwright.errors import DockwrightError
from dockwright.picture import timeline
from dockwright.picture.render import check_writable, write
from dockwright.terminal import echo

if TYPE_CHECKING:
    from dockwright.picture.timeline import Bar
    from dockwright.run.planned import Plan
    from dockwright.run.progress import How


@click.command()
@plan_options
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--older",
    "is_older",
    is_flag=True,
    help="Though a box has a newer commit of the site than this checkout.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only what fails, and the table at the end.")
@click.option(
    "--timeline",
    "page",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw what took how long into FILE, an HTML page.",
)
@click.option("-v", "--verbose", is_flag=True, help="Every operation, as pyinfra itself says it.")
def apply(
    inventory: str,
    deploy: Path,
    limit: tuple[str, ...],
    skip: tuple[str, ...],
    only: str | None,
    whole: bool,
    yes: bool,
    is_older: bool,
    quiet: bool,
    page: Path | None,
    verbose: bool,
) -> int:
    """Show what is to change, ask, and change it; each box keeps a record of it.

    With --quiet and --yes the plan is not shown either. Exit status 0: done; 1: something failed,
    or you said no.
    """
    from dockwright.run.apply import apply as run  # pyinfra takes a second to import
    from dockwright.run.ask import confirmed
    from dockwright.run.progress import show_progress
    from dockwright.run.wording.applied import lines

    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose: give one of them")
    if page is not None:
        check_writable(page)  # before anything is changed

    def draw(bars: Sequence[Bar]) -> None:
        if page is not None:
            write(timeline.page(bars, str(deploy)).encode("utf-8", "backslashreplace"), page)

    def agree(plan: Plan) -> bool:
        if not (quiet and yes):
            show(plan, whole)
        agreed = plan.idle or yes or confirmed("Apply it?")
        how: How = "quiet" if quiet else "verbose" if verbose else "usual"
        show_progress(colour(), how, {(op.box, op.name) for op in plan.operations if op.changes})
        return agreed

    def older(newer: Sequence[str]) -> bool:
        for line in newer:
            echo(f"note: {line}", err=True)
        if is_older:
            return True
        if not yes:
            return confirmed("Put back what an older checkout declares?")
        raise DockwrightError(
            "this checkout is older than what boxes have; git pull, or apply it with --older"
        )

    done = run(
        inventory,
        deploy,
        limit,
        only,
        skip,
        agree=agree,
        say=lambda text: echo(f"warning: {text}", err=True),
        older=older,
        timeline=draw,
    )
    if done is None:
        echo("nothing was changed", err=True)
        return 1
    *rows, last = lines(done)
    for line in rows:
        echo(line)
    for line in done.notes:
        echo(click.style(f"note: {line}", fg="cyan"), color=colour())
    echo(click.style(last, fg="green" if done.ok else "red"), color=colour())
    return 0 if done.ok else 1
