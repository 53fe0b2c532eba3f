"""`dockwright init`: a small site to begin with."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

import click

from dockwright.site.starter import files, starter_boxes, write
from dockwright.terminal import echo

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option(
    "--box",
    "boxes",
    multiple=True,
    metavar="NAME=ADDRESS",
    help="A box of yours; repeat it: the last one keeps the registry.  [default: a lab's]",
)
@click.option(
    "--user", default="root", show_default=True, help="Who logs in there: root, or by sudo."
)
def init(folder: Path, boxes: tuple[str, ...], user: str) -> None:
    """Write a small site into DIR: an inventory with data, an image that runs, deploy files.

    `dockwright plan` there takes it as it is. Nothing that is in DIR already is touched.
    """
    addresses = {}
    for pair in boxes:
        name, _, address = pair.partition("=")
        if not _NAME.fullmatch(name) or not _is_address(address):
            raise click.UsageError(f"--box {pair}: write NAME=ADDRESS, such as app1=10.0.0.11")
        addresses[name] = address
    if not _NAME.fullmatch(user):
        raise click.UsageError(f"--user {user}: no name of a user; such as root")
    texts = files(folder.resolve().name, starter_boxes(addresses), user)
    write(folder, texts)
    for path in texts:
        echo(str(folder / path))
    cd = "" if folder == Path() else f"cd {folder} && "
    lab = "" if boxes else "sudo dockwright lab up, then "
    echo(f"Next: {lab}{cd}dockwright plan", err=True)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
