"""Builds of a chain that is built: unchanged, and with one file touched, against other tools."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.bench import chain_on_box
from tests.bench.chain_on_box import FOLDER
from tests.bench.page import Page, Row
from tests.bench.site import BUILDER, BenchError, Site
from tests.bench.turns import Contender, in_turn

FILE = "builds"
OURS = "image.chain"
UNCHANGED, TOUCHED = "unchanged", "a touched file"
ABOUT = """\
The chain is built, and is built again: with nothing changed, and with a line more in one file of
a leaf (another line for each run). *image.chain* is a whole run of pyinfra with that operation,
from this machine; the others run on the builder itself, from one call of ssh: a loop of `docker
build`, `docker buildx bake` with the file of `dockwright images export`, and `docker compose
build`. All use BuildKit. compose knows no order: of an empty engine it would not build the
chain."""
_CHAIN = """\
from dockwright.deploys.base import build_arguments, check_chain
from dockwright.deploys.box import this_box
from dockwright.operations import image

chain = check_chain(this_box(), build_arguments(this_box()), {images!r})
image.chain(name="chain", path=chain, _sudo=True)
"""
_LINES = {
    "docker build, one by one": "sudo sh loop.sh",
    "docker buildx bake": "sudo docker buildx bake --progress quiet --file bake.json",
    "docker compose build": "sudo docker compose --progress quiet build",
}
_NEEDS = {"docker buildx bake": "buildx", "docker compose build": "compose"}


def compare(
    site: Site, rounds: int, images: Path, touched: str, echo: Callable[[str], None]
) -> Page:
    """Measure it in turn, on the builder.

    Args:
        site: whose builder has the chain below ``images`` built.
        rounds: how often.
        images: the images' folder; a copy is worked with.
        touched: a file of a leaf in it, which is copied into the leaf's image.
        echo: is told what each took.

    Raises:
        BenchError: a build fails, or ours did more or less than was to be done.

    Example::

        compare(site, rounds=5, images=Path("images"), touched="web/index.html", echo=print)
    """
    copy = site.work / "images"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(images, copy, symlinks=True)
    built = chain_on_box.give(site, copy)
    rows = []
    lacking = _lacking(site)
    try:
        for case in (UNCHANGED, TOUCHED):
            contenders = _contenders(site, copy, touched if case == TOUCHED else None, lacking)
            if case == UNCHANGED:
                in_turn([replace(one, check=lambda said: None) for one in contenders], 1)
            for name, its in in_turn(contenders, rounds).items():
                processor = sorted(its.processor)[rounds // 2]
                rows.append(Row(case, name, its.spread, processor))
                echo(f"{case} {name}: {its.spread}")
    finally:
        shutil.rmtree(copy, ignore_errors=True)
        chain_on_box.take_away(site)
    _put_back(site, images)
    notes = {"touched file": touched, "images": str(len(built))}
    return Page("Builds of a built chain", ABOUT, OURS, rows, notes, lacking)


def _contenders(
    site: Site, images: Path, touched: str | None, lacking: dict[str, str]
) -> list[Contender]:
    inventory, deploy = site.inventory("straight", {}), site.work / "chain.py"
    deploy.write_text(_CHAIN.format(images=str(images)), encoding="utf-8")
    ours = ["pyinfra", "--json", "-y", str(inventory), str(deploy), "--limit", BUILDER]
    built = 0 if touched is None else 1
    found = [
        Contender(
            OURS, ours, site.environment, lambda said: _check(said, built),
            _touch_here(images, touched),
        )
    ]  # fmt: skip
    for name, line in _LINES.items():
        if name not in lacking:
            argv = site.ssh(BUILDER, f"cd {FOLDER} && {line}")
            touch = _touch_on_box(site, images, touched, name)
            found.append(Contender(name, argv, site.environment, before=touch))
    return found


def _touch_here(images: Path, touched: str | None) -> Callable[[int], None]:
    if touched is None:
        return lambda number: None
    file = images / touched
    text = file.read_text(encoding="utf-8")

    def touch(number: int) -> None:
        file.write_text(f"{text}<!-- {number} -->\n", encoding="utf-8")

    return touch


def _touch_on_box(
    site: Site, images: Path, touched: str | None, name: str
) -> Callable[[int], None]:
    if touched is None:
        return lambda number: None
    text = (images / touched).read_text(encoding="utf-8")

    def touch(number: int) -> None:
        # a step that another tool has built would be found in BuildKit's cache
        said = f"{text}<!-- {number} {name} -->\n"
        site.on_box(BUILDER, f"cat >{FOLDER}/{touched}", stdin=said)

    return touch


def _check(said: str, built: int) -> None:
    """Hold that a run of ours built what was touched, and nothing where nothing was.

    Raises:
        BenchError: it did not.

    Example:
        >>> _check('{"results": {"totals": {"success": 1, "error": 0}}}', built=1)
    """
    totals = json.loads(said)["results"]["totals"]
    if (totals["success"], totals["error"]) != (built, 0):
        raise BenchError(f"image.chain: {totals}, where {built} operation was to change something")


def _lacking(site: Site) -> dict[str, str]:
    lacking = {}
    for name, plugin in _NEEDS.items():
        try:
            site.on_box(BUILDER, f"sudo docker {plugin} version")
        except BenchError:
            lacking[name] = f"the builder has no docker {plugin}"
    return lacking


def _put_back(site: Site, images: Path) -> None:
    """The builder's image of the touched leaf is the declared one again."""
    deploy = site.work / "chain.py"
    deploy.write_text(_CHAIN.format(images=str(images.resolve())), encoding="utf-8")
    inventory = site.inventory("straight", {})
    site.run(["pyinfra", "-y", str(inventory), str(deploy), "--limit", BUILDER])
