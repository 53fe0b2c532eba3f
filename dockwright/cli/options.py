"""Options that several commands share, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from dockwright.chain.graph import Image, Source, order
from dockwright.chain.read import read
from dockwright.cli import complete
from dockwright.terminal import echo

Command = Callable[..., Any]

inventory_option = click.option(
    "-i",
    "--inventory",
    metavar="INVENTORY",
    help="What pyinfra takes for one.  [default: $DOCKWRIGHT_INVENTORY, else in inventories/]",
)
box_option = click.option(
    "--box",
    metavar="BOX",
    shell_complete=complete.boxes,
    help="A box of the inventory.  [default: the first of builders, else of docker_hosts]",
)
skip_option = click.option(
    "--skip",
    multiple=True,
    metavar="BOX",
    shell_complete=complete.boxes,
    help="Not this box or group: nothing is asked of it; repeat it.",
)


def chain_options(command: Command) -> Command:
    """PATH, --arg and --external of a command that reads a chain with `chain_of`."""
    for option in (
        click.option(
            "--external",
            "externals",
            multiple=True,
            metavar="IMAGE",
            help="An image from outside that the chain begins with.  [default: debian:bookworm]",
        ),
        click.option(
            "--arg", "args", multiple=True, metavar="K=V", help="A build argument; repeat it."
        ),
        click.argument("path", required=False, type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


def arguments(args: Sequence[str]) -> dict[str, str]:
    """The build arguments that --arg gave."""
    given = {}
    for arg in args:
        name, equals, value = arg.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--arg {arg}: write NAME=value")
        given[name] = value
    return given


def chain_of(
    path: Path | None, args: Sequence[str], externals: Sequence[str]
) -> tuple[tuple[Source, ...], tuple[Image, ...]]:
    """The image folders below ``path`` (images), and the same in build order.

    Warns of an --arg that no Dockerfile has.
    """
    folder, given = path or Path("images"), arguments(args)
    sources = read(folder)
    chain = order(sources, externals=externals or ("debian:bookworm",), args=given)
    used = {name for image in chain for name, _ in image.args}
    for name in given.keys() - used:
        echo(f"warning: --arg {name}: no Dockerfile below {folder} has ARG {name}", err=True)
    return sources, chain
