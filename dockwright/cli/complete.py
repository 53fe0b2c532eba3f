"""What a shell offers at the key TAB: the names of boxes, leaves and images of the site here.

Without pyinfra, which takes a second to import. A site that can't be read offers nothing.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

import click

from dockwright import lab
from dockwright.errors import DockwrightError
from dockwright.run.named import inventory


def boxes(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The boxes of the inventory that the line means, its file run as pyinfra runs it."""
    with suppress(DockwrightError):
        groups = _globals(Path(inventory(context.params.get("inventory"))))
        names = [
            one if isinstance(one, str) else one[0]
            for name, group in groups.items()
            if isinstance(group, list | tuple) and not name.startswith("_")
            for one in group
            if isinstance(one, str) or (isinstance(one, tuple) and one)
        ]
        return _beginning(begun, map(str, names))
    return []


def lab_boxes(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The boxes of the lab that the line means."""
    with suppress(DockwrightError, OSError):
        made = lab.load(context.params.get("name"), context.params.get("state"))
        return _beginning(begun, (box.name for box in made.boxes))
    return []


def leaves(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The image folders with a Procfile."""
    return _folders(context, begun, "Procfile")


def images(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The image folders with a Dockerfile."""
    return _folders(context, begun, "Dockerfile")


def _folders(context: click.Context, begun: str, file: str) -> list[str]:
    folder = context.params.get("path") or _images_folder(context)
    return _beginning(begun, (path.parent.name for path in Path(folder).glob(f"*/{file}")))


def _images_folder(context: click.Context) -> str:
    places = [Path()]
    with suppress(DockwrightError):
        places.append(Path(inventory(context.params.get("inventory"))).parent)
    for place in places:
        data = _globals(place / "group_data/all.py")
        if isinstance(folder := data.get("dockwright_images"), str):
            return folder
    return "images"


def _beginning(begun: str, names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if name.startswith(begun)})


def _globals(file: Path) -> dict[str, Any]:
    """What a Python file of the site defines; nothing where it can't be run. It says nothing."""
    if not file.is_file():
        return {}
    sys.path.append(str(Path.cwd()))
    with Path(os.devnull).open("w") as nothing, redirect_stdout(nothing), redirect_stderr(nothing):
        with suppress(Exception, SystemExit):  # whatever a user's file may raise
            return runpy.run_path(str(file))
        return {}
