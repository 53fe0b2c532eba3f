"""`dockwright graph`: pictures of the site, of the chain, and of the layers of a box's engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from dockwright.cli.options import (
    box_option,
    chain_of,
    chain_options,
    inventory_option,
    skip_option,
    told,
)
from dockwright.picture import chain as chain_picture
from dockwright.picture import layers as layers_picture
from dockwright.picture import site as site_picture
from dockwright.picture.render import FORMATS, format_for, render, write
from dockwright.picture.store import layers as layers_of


def _output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    output = click.option(
        "-o",
        "--output",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Where to write it.  [default: standard output]",
    )
    form = click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        help="svg, png and html take Graphviz; json is for programs: docs/graph.schema.json.  "
        "[default: as FILE ends, else dot]",
    )
    return form(output(command))


@click.group()
def graph() -> None:
    """Pictures: the site, the chain of images, the layers of an engine."""


@graph.command()
@inventory_option
@skip_option
@_output_options
def site(
    inventory: str | None, skip: tuple[str, ...], form: str | None, output: Path | None
) -> None:
    """Draw the site as its inventory declares it: boxes, leaves, ports, registries.

    No box is asked.
    """
    # pyinfra takes a second to import, and no other picture needs it
    from dockwright.run.site_picture import boxes_of

    form = format_for(output, form)
    write(render(site_picture.draw(boxes_of(inventory, skip)), form), output)


@graph.command()
@chain_options
@inventory_option
@_output_options
def chain(
    path: Path | None,
    args: tuple[str, ...],
    externals: tuple[str, ...],
    own: tuple[str, ...],
    inventory: str | None,
    form: str | None,
    output: Path | None,
) -> int:
    """Draw the chain below PATH as its Dockerfiles say; PATH is images unless given."""
    form = format_for(output, form)
    made = chain_of(path, args, externals, own, inventory)
    shown, wrong = told(made)
    write(render(chain_picture.draw(made.sources, shown), form), output)
    return 1 if wrong else 0


@graph.command()
@inventory_option
@box_option
@_output_options
def layers(inventory: str | None, box: str | None, form: str | None, output: Path | None) -> None:
    """Draw the layers of a box's engine: each once, what made it, its size, its tags."""
    # these take a quarter of a second to import, and no other picture needs them
    from dockwright.engine.layers import stored_images
    from dockwright.run.inventory import box as connected_box

    form = format_for(output, form)
    with connected_box(box, inventory) as host:
        on_box = layers_of(stored_images(host))
    write(render(layers_picture.draw(on_box, host.name), form), output)
