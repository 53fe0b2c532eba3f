"""`dockwright wheelhouse`: Python packages fetched once, for where no package index is in reach."""

from __future__ import annotations

from pathlib import Path

import click

from dockwright.terminal import echo
from dockwright.wheelhouse.fetch import fetch
from dockwright.wheelhouse.target import Target


def _progress(text: str) -> None:
    echo(text, err=True)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--python",
    "pythons",
    multiple=True,
    metavar="VERSION",
    default=("3.11",),
    help="Python of the boxes and images; repeat it.  [default: 3.11, Debian 12's]",
)
def wheelhouse(folder: Path, pythons: tuple[str, ...]) -> None:
    """Fetch into DIR, with pip, the wheels of Dockwright, pyinfra and all that they require.

    The second time it finds them there. DIR holds one version of each package.
    """
    new = fetch(folder, [Target(python) for python in pythons], echo=_progress)
    echo(f"{folder}: {f'{len(new)} new wheels' if new else 'nothing to do'}")
