"""`dockwright registry`: what the site's registries keep, who needs it, and what may go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from dockwright.cli import complete
from dockwright.cli.options import inventory_option, skip_option
from dockwright.errors import DockwrightError
from dockwright.terminal import echo

if TYPE_CHECKING:
    from dockwright.registry.kept.rows import BuildRow
    from dockwright.run.registry.looked import KeptRegistry, SiteRegistries

box_option = click.option(
    "--box",
    metavar="BOX",
    shell_complete=complete.boxes,
    help="The registry of this box.  [default: each of the site's]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def registry() -> None:
    """The site's registries: what they keep, who needs it, and what may go."""


@registry.command("ls")
@box_option
@skip_option
@inventory_option
@json_option
def list_images(
    box: str | None, skip: tuple[str, ...], inventory: str | None, as_json: bool
) -> int:
    """The images of each registry: builds, those that something needs, tags and sizes.

    "its own" is what no other image shares. Exit status 1 where a box does not answer: what it
    needs is not known then.
    """
    from dockwright.registry.kept.rows import image_rows
    from dockwright.run.wording.registry import images

    def of(site: SiteRegistries, one: KeptRegistry) -> tuple[Iterator[str], dict[str, Any]]:
        rows = image_rows(one.kept, site.pins)
        return images(rows, one.kept), {"images": [asdict(row) for row in rows]}

    return _shown(inventory, box, skip, as_json, of)


@registry.command()
@click.argument("repository")
@box_option
@skip_option
@inventory_option
@json_option
def tags(
    repository: str, box: str | None, skip: tuple[str, ...], inventory: str | None, as_json: bool
) -> int:
    """The builds of REPOSITORY: tags, sizes, and which job or way back of which box needs each.

    "its own" is what goes with a build, as no other one shares it.
    """
    from dockwright.registry.kept.rows import build_rows
    from dockwright.run.wording.registry import builds

    has: list[BuildRow] = []

    def of(site: SiteRegistries, one: KeptRegistry) -> tuple[Iterator[str], dict[str, Any]]:
        rows = build_rows(one.kept, site.pins, repository)
        has.extend(rows)
        return builds(rows, one.kept), {"builds": [asdict(row) for row in rows]}

    code = _shown(inventory, box, skip, as_json, of)
    if not has:
        raise DockwrightError(f"image {repository}: not there; see `dockwright registry ls`")
    return code


@registry.command()
@box_option
@skip_option
@inventory_option
@json_option
def usage(box: str | None, skip: tuple[str, ...], inventory: str | None, as_json: bool) -> int:
    """What each registry takes of its disk, and what of that `gc` would free."""
    from dockwright.registry.kept.rows import usage as of_kept
    from dockwright.run.wording.registry import whole

    def of(site: SiteRegistries, one: KeptRegistry) -> tuple[Iterator[str], dict[str, Any]]:
        row = of_kept(one.kept, site.pins, one.generations)
        return whole(row, one.generations), asdict(row)

    return _shown(inventory, box, skip, as_json, of)


@registry.command("rm")
@click.argument("image", metavar="REPOSITORY:TAG")
@box_option
@inventory_option
def remove(image: str, box: str | None, inventory: str | None) -> None:
    """Take a tag away, and with its last tag the image, its signatures and its SBOM.

    Refused where a job, a container or a way back of any box needs the image, or a leaf is declared
    to run it; and while a box does not answer.
    """
    from dockwright.run.registry.deeds import remove as run

    run(image, inventory, box)


@registry.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go; exit status 2 says so.")
@click.option(
    "--grace",
    metavar="SECONDS",
    type=click.IntRange(min=0),
    default=3600,
    show_default=True,
    help="What was pushed, or begun to be, within so many seconds stays.",
)
@box_option
@inventory_option
def gc(dry_run: bool, grace: int, box: str | None, inventory: str | None) -> int:
    """Take away the builds that nothing needs, and free the room of what no image names.

    Builds go where dockwright_registry_generations says how many are kept. Pulls go on, and pushes
    wait for the seconds that it takes. While a box does not answer no image is removed, as what it
    needs is not known: the exit status is 1 then.
    """
    from dockwright.run.registry.deeds import tidy
    from dockwright.run.wording.registry import went

    outcomes, trouble = tidy(inventory, box, dry_run, grace)
    for one in outcomes:
        _head(one.registry)
        for line in went(one.gone, one.freed, dry_run):
            echo(line)
    if trouble:
        echo(f"error: {trouble}", err=True)
        return 1
    return 2 if dry_run and any(one.gone or one.freed.size for one in outcomes) else 0


@registry.command()
@click.option("--dry-run", is_flag=True, help="Only say what each lacks; exit status 2 says so.")
@click.option(
    "--from-boxes",
    is_flag=True,
    help="What no registry has and boxes hold: into the main one, or that of --box.",
)
@box_option
@inventory_option
def fill(dry_run: bool, from_boxes: bool, box: str | None, inventory: str | None) -> int:
    """Give each registry what it lacks of what the site's others have, byte by byte.

    All keeps its digest: jobs that are pinned to one find it, and signatures hold. A tag that is
    there stays, whatever it names.

    With --from-boxes a registry that was lost is given what jobs, containers and ways back of boxes
    need, and an engine of the site's boxes holds. What comes out with another digest is not kept.
    Nothing is signed by it: what you know to be the site's own, sign with `dockwright images sign`.
    Exit status 1 where an image could not be brought, or a box does not answer.
    """
    if from_boxes:
        return _from_boxes(dry_run, box, inventory)
    from dockwright.run.registry.fill import fill as run

    filled = run(inventory, box, dry_run)
    for one in filled:
        _head(one.target)
        for lacks in one.images:
            names = ", ".join(lacks.tags) or "no tag"
            echo(f"  {lacks.repository} {lacks.digest[:19]}  {names}")
        verb = "lacks" if dry_run else "was given"
        echo(f"{verb} {len(one.images)} images of {one.source.place}")
    return 2 if dry_run and any(one.images for one in filled) else 0


@registry.command()
@click.option("--quick", is_flag=True, help="Only whether all is there; contents are not read.")
@box_option
@inventory_option
@json_option
def verify(quick: bool, box: str | None, inventory: str | None, as_json: bool) -> int:
    """Whether all that images need is there, and every file is what its digest says.

    Nothing is changed or held up. Exit status 2 says that something is not sound.
    """
    from dockwright.run.registry.contents import changed
    from dockwright.run.registry.deeds import verify as run
    from dockwright.run.wording.registry import unsound

    found = run(inventory, box, None if quick else lambda one: changed(one.host))
    if as_json:
        whole = [
            {**_named(one.registry), "flaws": [asdict(flaw) for flaw in one.flaws]} for one in found
        ]
        echo(json.dumps({"registries": whole}, indent=2))
    else:
        for one in found:
            _head(one.registry)
            for line in unsound((flaw.where, flaw.what) for flaw in one.flaws):
                echo(line)
            kept = one.registry.kept
            manifests = sum(map(len, kept.revisions.values()))
            sound = f"{len(one.flaws)} flaws" if one.flaws else "sound"
            echo(f"{manifests} manifests, {len(kept.blobs)} blobs: {sound}")
    return 2 if any(one.flaws for one in found) else 0


def _from_boxes(dry_run: bool, box: str | None, inventory: str | None) -> int:
    from dockwright.run.registry.from_boxes import fill_from_boxes
    from dockwright.run.wording.from_boxes import came, lacks

    made = fill_from_boxes(inventory, box, dry_run)
    _head(made.registry)
    rows = [(one.image, one.source, one.tags, one.why) for one in made.brought]
    for line in lacks(made.lost, made.signs) if dry_run else came(made.lost, rows, made.unsigned):
        echo(line)
    for name, why in made.unknown.items():
        echo(f"warning: what box {name} needs or holds is not known: {why}", err=True)
    if made.left:
        echo(f"error: {made.left}: stays, as engines pushed by it; run it again", err=True)
    if made.left or made.unknown or any(one.why for one in made.brought):
        return 1
    return 2 if dry_run and made.held else 0


def _shown(
    inventory: str | None,
    box: str | None,
    skip: Sequence[str],
    as_json: bool,
    of: Callable[[SiteRegistries, KeptRegistry], tuple[Iterator[str], dict[str, Any]]],
) -> int:
    """Each registry by ``of``, and which boxes did not say what they need."""
    from dockwright.run.registry.looked import looked

    with looked(inventory, box, skip) as site:
        whole = []
        for one in site.registries:
            lines, fields = of(site, one)
            whole.append({**_named(one), **fields})
            if not as_json:
                _head(one)
                for line in lines:
                    echo(line)
        if as_json:
            echo(json.dumps({"registries": whole, "unknown": site.unknown}, indent=2))
        for name, why in site.unknown.items():
            echo(f"warning: what box {name} needs is not known: {why}", err=True)
        return 1 if site.silent else 0


def _named(one: KeptRegistry) -> dict[str, Any]:
    return {"registry": one.place, "box": str(one.host.name)}


def _head(one: KeptRegistry) -> None:
    echo(f"registry {one.place} on box {one.host.name}")
