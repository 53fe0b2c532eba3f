"""`dockwright boot`: a leaf's boot jobs, without any box."""

from __future__ import annotations

from pathlib import Path

import click

from dockwright.boot.dotenv import parse
from dockwright.errors import DockwrightError
from dockwright.inits.export import export as jobs_of
from dockwright.inits.export import write
from dockwright.inits.init import INITS
from dockwright.terminal import echo


@click.group()
def boot() -> None:
    """Boot jobs: what a box's init has for each process line of a leaf's Procfile."""


@boot.command()
@click.argument("leaf", type=click.Path(path_type=Path), metavar="IMAGES/LEAF")
@click.option("--init", type=click.Choice(sorted(INITS)), required=True, help="Whose jobs.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder.")
@click.option("--image", metavar="NAME@sha256:…", help="What runs.  [default: the Procfile's]")
@click.option("--address", help="For ports that the Procfile gives none.  [default: every one]")
@click.option(
    "--env", type=click.Path(path_type=Path), metavar="FILE", help="NAME=value lines, as in .env."
)
@click.option("--after", multiple=True, metavar="LEAF", help="Of the box, up before it; repeat it.")
@click.option("--scale", multiple=True, metavar="PROCESS=N", help="Instances; repeat it.")
def export(
    leaf: Path,
    init: str,
    out: Path,
    image: str | None,
    address: str | None,
    env: Path | None,
    after: tuple[str, ...],
    scale: tuple[str, ...],
) -> None:
    """Write the jobs of the leaf in IMAGES/LEAF into a folder, and say where each belongs.

    Files that an earlier export of the leaf left in the folder are replaced, and go where they
    are not needed any more; nothing else in it is touched. Take a folder for each init.

    An environment file has foreman's format: NAME=value; '…' holds its text as it stands, and
    in "…" \\n is a line break and a backslash takes the meaning off what follows it.
    """
    counts = {}
    for pair in scale:
        name, equals, count = pair.partition("=")
        if not (name and equals and count.isdecimal()):
            raise click.UsageError(f"--scale {pair}: write PROCESS=N, such as web=2")
        counts[name] = int(count)
    files, notices = jobs_of(
        leaf, init, image=image, address=address, scale=counts, env=_values(env), after=after
    )
    for notice in notices:
        echo(f"warning: {notice}", err=True)
    written = write(files, leaf.absolute().name, init, out)
    for path, file in zip(written, files, strict=True):
        echo(f"{path}\t{file.path}\t{file.mode:04o}")


def _values(env: Path | None) -> dict[str, str]:
    if env is None:
        return {}
    try:
        return parse(env.read_text(encoding="utf-8"), str(env))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise DockwrightError(f"{env}: {why}; name a file of NAME=value lines, as UTF-8") from error
