"""`dockwright history`: the runs that a box remembers."""

from __future__ import annotations

import json

import click

from dockwright.cli.options import box_option, inventory_option, skip_option
from dockwright.terminal import echo


@click.command()
@box_option
@skip_option
@inventory_option
@click.option("-n", "--lines", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def history(
    box: str | None, skip: tuple[str, ...], inventory: str | None, lines: int, as_json: bool
) -> None:
    """Show who applied what on a box, when, and what it changed; the newest last."""
    from dockwright.run.record import history as read  # pyinfra takes a second to import
    from dockwright.run.record import line

    records = read(box, inventory, skip)[-lines:]
    if as_json:
        echo(json.dumps({"runs": records}, indent=2))
        return
    for record in records:
        echo(line(record))
    if not records:
        echo("no run of `dockwright apply` is recorded there", err=True)
