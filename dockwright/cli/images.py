"""`dockwright images`: the chain as its Dockerfiles say, and what a box has of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from dockwright.chain.bake import bake
from dockwright.chain.declared import Chain
from dockwright.chain.graph import Image
from dockwright.chain.plan import Step
from dockwright.cli import complete
from dockwright.cli.options import (
    arguments,
    box_option,
    chain_of,
    chain_options,
    inventory_option,
    told,
)
from dockwright.terminal import echo

only_option = click.option(
    "--only",
    multiple=True,
    metavar="IMAGE",
    shell_complete=complete.images,
    help="This image and its ancestors.",
)


@click.group()
def images() -> None:
    """The chain of images."""


@images.command()
@chain_options
@only_option
@click.option(
    "--box",
    metavar="BOX",
    shell_complete=complete.boxes,
    help="Say what is stale on this box of the inventory.",
)
@inventory_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def plan(
    path: Path | None,
    args: tuple[str, ...],
    only: tuple[str, ...],
    externals: tuple[str, ...],
    own: tuple[str, ...],
    box: str | None,
    inventory: str | None,
    as_json: bool,
) -> int:
    """Show the build order below PATH, the waves that can build side by side, and the recipes.

    Where there is a site, its data says PATH, base and build arguments, so that the recipes are
    those of a run. With --box also what a run would do there and why; exit status 2 says that
    there is something to do. An image in error is told, and leaves the others their places.
    """
    if box is None:
        chain = chain_of(path, args, externals, own, inventory)
        shown, wrong = told(chain, only)
        _show([(image, None) for image in shown], as_json, chain)
        return 1 if wrong else 0
    if externals:
        raise click.UsageError(f"--external and --box {box}: the box's data says its base")
    from dockwright.run.chain import chain_plan

    box_plan = chain_plan(box, inventory, path, arguments(args), only, own)
    wrong = box_plan.chain is not None and told(box_plan.chain, only)[1]
    if box_plan.notice is not None:
        echo(f"warning: {box_plan.notice}", err=True)
    _show([(step.image, step) for step in box_plan.steps], as_json, box_plan.chain)
    return 1 if wrong else 2 if box_plan.drift else 0


@images.command()
@chain_options
@only_option
@inventory_option
@click.option("--format", "form", type=click.Choice(["bake"]), required=True, help="What to write.")
def export(
    path: Path | None,
    args: tuple[str, ...],
    only: tuple[str, ...],
    externals: tuple[str, ...],
    own: tuple[str, ...],
    inventory: str | None,
    form: str,
) -> int:
    """Write the chain below PATH for another tool, to standard output.

    bake: a file for `docker buildx bake --file FILE`, run in this folder.
    """
    chain = chain_of(path, args, externals, own, inventory)
    shown, wrong = told(chain, only)
    echo(bake(shown, {source.name: source for source in chain.sources}))
    return 1 if wrong else 0


@images.command()
@inventory_option
@click.option(
    "--deploy",
    default="deploy/images.py",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The deploy file that calls dockwright.deploys.images.",
)
def refresh(inventory: str | None, deploy: Path) -> int:
    """Newer base image and packages, now: make or pull the base anew, build all, and push."""
    from dockwright.run.refresh import refresh as run

    return run(inventory, deploy)


@images.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--from",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Take it from what `docker save` or skopeo wrote, instead of letting the box pull it.",
)
@click.option("--refresh", is_flag=True, help="Pull it anew though the registry has it.")
@box_option
@inventory_option
def mirror(
    names: tuple[str, ...], file: Path | None, refresh: bool, box: str | None, inventory: str | None
) -> None:
    """Put images of others, such as postgres:16, into the site's registry, through a box.

    Dockerfiles then name them as ever, where dockwright_externals has them; a leaf that is only a
    Procfile runs them.
    """
    from dockwright.run.mirror import mirror as run

    run(names, file, refresh, box, inventory)


@images.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@box_option
@inventory_option
def sign(names: tuple[str, ...], box: str | None, inventory: str | None) -> None:
    """Vouch for images of the site's registries that others pushed, such as postgres:16.

    Runs sign what they push themselves, and take nothing that this site has not signed.
    """
    from dockwright.run.signing import sign as run

    run(names, box, inventory)


@images.command()
@click.argument("image", metavar="IMAGE")
@box_option
@inventory_option
def sbom(image: str, box: str | None, inventory: str | None) -> None:
    """What is inside IMAGE, as CycloneDX's JSON: the SBOM that a registry of the site keeps.

    Where none is kept, it is made of the image of a box, the builder by default; it is not started.
    """
    from dockwright.run.inside import sbom as run

    echo(run(image, box, inventory, say=_warn).decode("utf-8", "replace"))


@images.command()
@click.argument("names", nargs=-1, metavar="[IMAGE...]")
@click.option(
    "--database",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The JSON of Debian's security tracker, as it is or .gz or .xz, brought by hand; "
    "by default dockwright_cve_database.",
)
@click.option(
    "--sbom",
    "files",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="What `images sbom` printed, instead of an image; no box is asked then.",
)
@click.option("--suite", metavar="SUITE", help="Of all images; by default what each one says.")
@click.option("--all", "every", is_flag=True, help="Also what Debian calls unimportant.")
@click.option("--json", "as_json", is_flag=True, help="For programs; it has all.")
@box_option
@inventory_option
def cves(
    names: tuple[str, ...],
    database: Path | None,
    files: tuple[Path, ...],
    suite: str | None,
    every: bool,
    as_json: bool,
    box: str | None,
    inventory: str | None,
) -> int:
    """What is known to be open in IMAGEs, or in all that the site builds and runs.

    What has a fix comes first: build those images anew (`dockwright images refresh`). Exit status
    2 says that there is such a thing, 1 that an image could not be looked up, 0 neither.
    """
    from dockwright.run.inside import cves as run
    from dockwright.run.inside import now
    from dockwright.sbom.report import fields, lines

    looked, known = run(names, files, database, suite, box, inventory, say=_warn)
    if as_json:
        echo(json.dumps(fields(looked, known, now()), indent=2))
    else:
        echo("\n".join(lines(looked, known, now(), every)))
    wrong = [one.error for one in looked if one.error is not None]
    for error in wrong:
        echo(f"error: {error}", err=True)
    return 1 if wrong else 2 if any(one.fixable for one in looked) else 0


def _warn(line: str) -> None:
    echo(f"warning: {line}", err=True)


def _show(shown: Sequence[tuple[Image, Step | None]], as_json: bool, chain: Chain | None) -> None:
    for image, _ in shown:
        for warning in image.warnings:
            echo(f"warning: {warning}", err=True)
    if as_json:
        whole = {"images": [_fields(*both) for both in shown], **_of_tree(shown, chain)}
        echo(json.dumps(whole, indent=2))
        return
    for image, step in shown:
        reader = {image.frontend: f"{image.frontend} (# syntax, line {_line(image)})"}
        outside = [reader.get(name, name) for name in image.external_parents]
        above = ", ".join([*image.parents, *outside]) or "scratch"
        role = "leaf" if image.leaf else "base"
        what = () if step is None else (step.action, step.reason)
        echo("\t".join([str(image.wave), image.name, role, image.recipe.tag, f"< {above}", *what]))


def _of_tree(
    shown: Sequence[tuple[Image, Step | None]], chain: Chain | None
) -> dict[str, list[dict[str, object]]]:
    """What is to be known besides: images of others by line, the prefixes taken, errors."""
    outside: list[dict[str, object]] = [
        {"image": one.image, "path": image.path, "line": one.line}
        for image, _ in shown
        for one in image.outside
    ]
    if chain is None:
        return {"outside": outside, "own": [], "refused": []}
    made = chain.arranged
    return {
        "outside": outside,
        "own": [{"prefix": one.text, "where": one.where} for one in made.own],
        "refused": [{"image": one.image, "error": one.error} for one in made.refused],
    }


def _line(image: Image) -> int:
    return next((one.line for one in image.outside if one.image == image.frontend), 0)


def _fields(image: Image, step: Step | None) -> dict[str, object]:
    return {
        "name": image.name,
        "path": image.path,
        "parents": list(image.parents),
        "external_parents": list(image.external_parents),
        "recipe": image.recipe.digest,
        "wave": image.wave,
        "action": None if step is None else step.action,
        "reason": None if step is None else step.reason,
        "tags": list(image.tags),
    }
