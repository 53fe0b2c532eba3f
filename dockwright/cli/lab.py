"""`dockwright lab`: boxes on this machine to try and to test on."""

from __future__ import annotations

import json
from pathlib import Path

import click

from dockwright import lab as boxes
from dockwright.cli import complete
from dockwright.lab.settings import DEFAULT_SUITE, SUITES
from dockwright.terminal import echo

name_option = click.option(
    "--name", help="The lab's name.  [default: $DOCKWRIGHT_LAB, else lab]", metavar="NAME"
)
state_option = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of all labs.  [default: $DOCKWRIGHT_LAB_STATE, else /var/lib/dockwright/labs]",
)


def _progress(text: str) -> None:
    echo(text, err=True)


@click.group()
def lab() -> None:
    """Boxes on this machine (systemd-nspawn), to try and to test on. Needs root."""


@lab.command()
@name_option
@click.option(
    "--box", "names", multiple=True, metavar="BOX", help="A box; repeat it.  [docker, registry]"
)
@click.option(
    "--suite", type=click.Choice(SUITES), help=f"Debian release.  [default: {DEFAULT_SUITE}]"
)
@click.option("--subnet", help="Addresses of the lab.  [default: 192.168.50.0/24]")
@state_option
def up(
    name: str | None,
    names: tuple[str, ...],
    suite: str | None,
    subnet: str | None,
    state: Path | None,
) -> None:
    """Make the boxes, or start them again, and wait until each one answers SSH."""
    made = boxes.up(boxes.settings_for(name, names, suite, subnet, state), echo=_progress)
    for box in made.boxes:
        echo(f"{box.name}\t{box.address}\t{box.hostname}")


@lab.command()
@name_option
@state_option
def down(name: str | None, state: Path | None) -> None:
    """Take the lab away: boxes, bridge, firewall rules, files."""
    boxes.down(name, state, echo=_progress)


@lab.command()
@name_option
@state_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(name: str | None, state: Path | None, as_json: bool) -> None:
    """Show the lab's boxes and whether they answer."""
    report = boxes.status(name, state)
    if as_json:
        echo(json.dumps(report, indent=2))
        return
    echo(f"lab {report['name']}: {report['suite']}, {report['subnet']} on {report['bridge']}")
    for box in report["boxes"]:
        echo(f"{box['name']}\t{box['address']}\t{box['hostname']}\t{box['state']}")


@lab.command(context_settings={"ignore_unknown_options": True})
@name_option
@state_option
@click.argument("box", shell_complete=complete.lab_boxes)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def ssh(name: str | None, state: Path | None, box: str, command: tuple[str, ...]) -> None:
    """A shell in BOX, or `-- COMMAND`: one argument is a shell line, several are quoted."""
    boxes.ssh(name, box, command, state)


@lab.command()
@name_option
@state_option
@click.argument("box", shell_complete=complete.lab_boxes)
def reboot(name: str | None, state: Path | None, box: str) -> None:
    """Reboot BOX and wait until it answers again."""
    boxes.reboot(name, box, state, echo=_progress)
