"""`dockwright status`: how the boxes, leaves and registries of a site are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dockwright.cli import complete
from dockwright.cli.options import inventory_option, skip_option
from dockwright.cli.plan import colour
from dockwright.picture.render import check_writable, write
from dockwright.run.named import DEPLOY
from dockwright.run.named import inventory as named_inventory
from dockwright.terminal import echo

if TYPE_CHECKING:
    from dockwright.status.rows import Site


@click.command()
@click.argument("place", required=False, metavar="[INVENTORY]")
@inventory_option
@click.option(
    "--limit",
    multiple=True,
    metavar="BOX",
    shell_complete=complete.boxes,
    help="Only this box or group; repeat it.",
)
@skip_option
@click.option("--plan", "with_plan", is_flag=True, help="Plan deploy/site.py too, for drift.")
@click.option("--json", "as_json", is_flag=True, help="For programs: docs/status.schema.json.")
@click.option(
    "--prometheus",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write metrics for Prometheus' node-exporter into FILE too, whole or not at all.",
)
@click.option(
    "--html",
    "html",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page of it into FILE too, which needs no other file and no server.",
)
@click.option(
    "--watch",
    metavar="SECONDS",
    type=click.FloatRange(min=1),
    help="Look again every so many seconds, until Ctrl-C.",
)
def status(
    place: str | None,
    inventory: str | None,
    limit: tuple[str, ...],
    skip: tuple[str, ...],
    with_plan: bool,
    as_json: bool,
    prometheus: Path | None,
    html: Path | None,
    watch: float | None,
) -> int:
    """Show how the boxes, leaves and registries of INVENTORY are, what is wrong first.

    Nothing is changed. A box that does not answer is a row that says so.

    Exit status 0: all is well; 2: something is to be done; 1: an error, or something gave no
    answer.
    """
    from dockwright.run.status.beside import PageParts  # pyinfra takes a second to import
    from dockwright.run.status.look import status as look
    from dockwright.run.status.pictures import drawn, pictures_of
    from dockwright.status.metrics import metrics
    from dockwright.status.page import page

    if place and inventory:
        raise click.UsageError(f"-i {inventory}: {place} is one too; name one inventory")
    where = named_inventory(place or inventory)
    for file in filter(None, (prometheus, html)):
        check_writable(file)
    declared = pictures_of(where, skip) if html is not None else []

    def once() -> Site:
        beside = PageParts() if html is not None else None
        site = look(where, limit, skip, DEPLOY if with_plan else None, beside)
        if prometheus is not None:
            write(metrics(site).encode("utf-8", "backslashreplace"), prometheus)
        if html is not None and beside is not None:
            pictures = drawn([*declared, *beside.pictures])
            write(
                page(site, pictures, beside.runs, beside.difference).encode(
                    "utf-8", "backslashreplace"
                ),
                html,
            )
        return site

    if watch is None:
        site = once()
        _show(site, as_json)
        return site.code
    return _watch(once, watch, as_json)


def _watch(once: Callable[[], Site], seconds: float, as_json: bool) -> int:
    """Look until interrupted; of programs' output a line a look."""
    import gevent

    code = 0
    try:
        while True:
            site = once()
            code = site.code
            if as_json:
                echo(json.dumps(site.json()))
            else:
                click.clear()  # of a terminal alone
                _show(site, False)
                echo(f"{site.at}, again in {seconds:g} s; Ctrl-C ends it")
            gevent.sleep(seconds)
    except KeyboardInterrupt:
        return code


def _show(site: Site, as_json: bool) -> None:
    from dockwright.run.wording.status import lines

    if as_json:
        echo(json.dumps(site.json(), indent=2))
        return
    for line in lines(site):
        echo(line, color=colour())
