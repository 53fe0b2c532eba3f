"""`dockwright images`: the chain as its Dockerfiles say, without any box."""

from __future__ import annotations

import json
from pathlib import Path

import click

from dockwright.chain.plan import ancestry
from dockwright.cli.options import chain_of, chain_options


@click.group()
def images() -> None:
    """The chain of images."""


@images.command()
@chain_options
@click.option("--only", multiple=True, metavar="IMAGE", help="This image and its ancestors.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def plan(
    path: Path,
    args: tuple[str, ...],
    only: tuple[str, ...],
    externals: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show the build order below PATH, the waves that can build side by side, and the recipes."""
    _, chain = chain_of(path, args, externals)
    wanted = ancestry(chain, only)
    shown = [image for image in chain if image.name in wanted]
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
