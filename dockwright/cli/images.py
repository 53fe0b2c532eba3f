"""`dockwright images`: the chain as its Dockerfiles say, without any box."""

from __future__ import annotations

import json
from pathlib import Path

import click

from dockwright.chain.graph import order
from dockwright.chain.plan import ancestry
from dockwright.chain.read import read


@click.group()
def images() -> None:
    """The chain of images."""


@images.command()
@click.argument("path", default="images", type=click.Path(path_type=Path))
@click.option("--arg", "args", multiple=True, metavar="K=V", help="A build argument; repeat it.")
@click.option("--only", multiple=True, metavar="IMAGE", help="This image and its ancestors.")
@click.option(
    "--external",
    "externals",
    multiple=True,
    metavar="IMAGE",
    help="An image from outside that the chain begins with.  [default: debian:bookworm]",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def plan(
    path: Path,
    args: tuple[str, ...],
    only: tuple[str, ...],
    externals: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show the build order below PATH, the waves that can build side by side, and the recipes."""
    given = {}
    for arg in args:
        name, equals, value = arg.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--arg {arg}: write NAME=value")
        given[name] = value
    chain = order(read(path), externals=externals or ("debian:bookworm",), args=given)
    wanted = ancestry(chain, only)
    shown = [image for image in chain if image.name in wanted]
    used = {name for image in chain for name, _ in image.args}
    for name in given.keys() - used:
        click.echo(f"warning: --arg {name}: no Dockerfile below {path} has ARG {name}", err=True)
    for image in shown:
        for warning in image.warnings:
            click.echo(f"warning: {warning}", err=True)
    if as_json:
        found = [
            {
                "name": image.name,
                "path": image.path,
                "parents": list(image.parents),
                "external_parents": list(image.external_parents),
                "recipe": image.recipe.digest,
                "wave": image.wave,
                "action": None,
                "reason": None,
                "tags": list(image.tags),
            }
            for image in shown
        ]
        click.echo(json.dumps({"images": found}, indent=2))
        return
    for image in shown:
        above = ", ".join([*image.parents, *image.external_parents]) or "scratch"
        kind = "leaf" if image.leaf else "base"
        click.echo(f"{image.wave}\t{image.name}\t{kind}\t{image.recipe.tag}\t< {above}")
