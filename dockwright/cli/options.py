"""Options that several commands share, and what they mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from platform import machine
from typing import Any

import click

from dockwright.chain.declared import Chain, declared
from dockwright.chain.dialect import NEWEST
from dockwright.chain.graph import Image
from dockwright.cli import complete
from dockwright.engine.machine import architecture_of
from dockwright.errors import DockwrightError
from dockwright.run.named import VARIABLE
from dockwright.run.named import inventory as inventory_of
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
    """PATH, --arg, --own and --external of a command that reads a chain with `chain_of`."""
    for option in (
        click.option(
            "--external",
            "externals",
            multiple=True,
            metavar="IMAGE",
            help="An image from outside that the chain begins with.  [default: debian:bookworm]",
        ),
        click.option(
            "--own",
            multiple=True,
            metavar="PREFIX",
            help="A registry and owner under which Dockerfiles call the tree's own images, such "
            "as reg.corp.test/team.  [default: what they show by themselves]",
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
    values = {}
    for arg in args:
        name, equals, value = arg.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--arg {arg}: write NAME=value")
        values[name] = value
    return values


def chain_of(
    path: Path | None,
    args: Sequence[str],
    externals: Sequence[str],
    own: Sequence[str] = (),
    inventory: str | None = None,
) -> Chain:
    """The chain below ``path``, as a site's builder is to build it where there is a site.

    That is where an inventory is named, or one is in its place: then the answer is that of a box.
    What is not as one may think is warned of: `told`.
    """
    values = arguments(args)
    platform = f"linux/{architecture_of(machine())}"
    chain = _of_site(path, values, externals, own, inventory, platform)
    if chain is None:
        chain = declared(
            path or Path("images"),
            args=values,
            externals=externals or ("debian:bookworm",),
            own=own,
            dialect=replace(NEWEST, platform=platform),
        )
    used = {name for image in chain.images for name, _ in image.args}
    for name in values.keys() - used:
        echo(f"warning: --arg {name}: no Dockerfile below {chain.path} has ARG {name}", err=True)
    return chain


def _of_site(
    path: Path | None,
    args: Mapping[str, str],
    externals: Sequence[str],
    own: Sequence[str],
    inventory: str | None,
    platform: str,
) -> Chain | None:
    named = inventory or os.environ.get(VARIABLE)
    try:
        inventory_of(inventory)
    except DockwrightError:
        if named:
            raise
        return None  # no site: a tree of Dockerfiles alone
    # pyinfra takes its time to load
    from dockwright.run.chain import site_chain

    try:
        return site_chain(inventory, path, args, externals, own, platform)
    except DockwrightError as error:
        if named:
            raise
        echo(f"warning: without the site's data, as {error}", err=True)
        return None


def told(chain: Chain, only: Sequence[str] = ()) -> tuple[tuple[Image, ...], bool]:
    """The images to show, and whether one is in error; what is to be known besides goes to stderr.

    Raises:
        DockwrightError: one of ``only`` is in error, or not in the chain.
    """
    made = chain.arranged
    for prefix in made.own:
        if prefix.where:
            echo(f"note: {prefix.text}/: the tree's own images ({prefix.where})", err=True)
    if only:
        return chain.wanted(only), False
    for one in made.refused:
        behind = [name for name, culprit in made.behind.items() if culprit == one.image]
        without = f"; not planned without it: {', '.join(behind)}" if behind else ""
        echo(f"error: {one.error}{without}", err=True)
    return chain.images, bool(made.refused)
