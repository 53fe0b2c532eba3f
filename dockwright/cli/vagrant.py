"""`dockwright vagrant`: Vagrant's boxes, built and brought up."""

from __future__ import annotations

import os
from pathlib import Path

import click

from dockwright.cli import complete
from dockwright.cli.options import inventory_option
from dockwright.lab.settings import SUITES
from dockwright.terminal import echo
from dockwright.vagrant import VagrantFolder, vagrantfile
from dockwright.vagrant.packaged import build as work
from dockwright.vagrant.packaged.steps import BUILDS, Build, roles, steps
from dockwright.vagrant.stock.declared import PROVIDERS, Provider, StockBox

provider_option = click.option(
    "--provider", help="virtualbox or libvirt.  [default: Vagrant's choice]"
)
role_argument = click.argument("role", type=click.Choice(BUILDS))


def _progress(text: str) -> None:
    echo(text, err=True)


@click.group()
def vagrant() -> None:
    """Vagrant's boxes of the Vagrantfile in the current folder."""


@vagrant.command()
@click.argument("role", type=click.Choice(BUILDS), required=False)
@click.option("--all", "everything", is_flag=True, help="docker, and registry upon it.")
@provider_option
@click.option("--rebuild", is_flag=True, help="Begin anew, though it is built.")
def build(role: str | None, everything: bool, provider: str | None, rebuild: bool) -> None:
    """Bring a stock box up, provision, package and add it; broken off, the next call goes on."""
    work.build(roles(role, everything), Path.cwd(), _progress, provider, rebuild)


@vagrant.command()
@provider_option
def up(provider: str | None) -> None:
    """Bring registry and docker up from their boxes, and provision what is left."""
    work.up(Path.cwd(), _progress, provider)


@vagrant.command()
@click.argument("machine", type=click.Choice([*BUILDS, *(f"build_{role}" for role in BUILDS)]))
def provision(machine: str) -> None:
    """Put a running machine right that has drifted."""
    work.provision(machine, Path.cwd(), _progress)


@vagrant.command()
@role_argument
@provider_option
def verify(role: str, provider: str | None) -> None:
    """Bring a packaged box up on its own; its deploy must find nothing to do."""
    work.verify(role, Path.cwd(), _progress, provider)


@vagrant.command()
@click.argument("machines", nargs=-1)
def destroy(machines: tuple[str, ...]) -> None:
    """Destroy MACHINES, by default all of the Vagrantfile; built boxes stay."""
    work.destroy(machines, Path.cwd(), _progress)


@vagrant.command()
def status() -> None:
    """Show the machines, and how far builds came."""
    for name, state in VagrantFolder(Path.cwd()).states().items():
        echo(f"{name}\t{state}")
    for role in BUILDS:
        record = work.read_record(Path.cwd(), role)
        if record.key:
            total = len(steps(Build(role, "", "", "")))
            step = f", in {record.begun}" if record.begun else ""
            echo(f"build of {role}\t{len(set(record.done))} of {total} steps{step}")


@vagrant.command(name="list")
def list_() -> None:
    """Show the boxes that are built, with their providers."""
    settings = vagrantfile.VagrantSettings.read(Path.cwd(), os.environ)
    providers = VagrantFolder(Path.cwd()).boxes()
    for role in BUILDS:
        box = settings[f"DOCKWRIGHT_{role.upper()}_BOX"]
        echo(f"{box}\t{', '.join(sorted(providers.get(box, ()))) or 'not built'}")


@vagrant.command()
@click.argument("suite", type=click.Choice(SUITES))
@click.option(
    "--provider",
    type=click.Choice(PROVIDERS),
    default="libvirt",
    show_default=True,
    help="Who runs its machines.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The box.  [default: SUITE-PROVIDER.box]",
)
@click.option("--force", is_flag=True, help="Replace a file that is there, once the box is made.")
@click.option(
    "--disk",
    metavar="GB",
    type=click.IntRange(3, 2000),
    default=20,
    show_default=True,
    help="The size of its disk.",
)
@click.option(
    "--package",
    "packages",
    multiple=True,
    metavar="PACKAGE",
    help="One more package of Debian's; repeat it.",
)
@click.option(
    "--with",
    "script",
    metavar="PROGRAM",
    type=click.Path(path_type=Path),
    help="A program that changes its files last: it is told the path of their root.",
)
def stock(
    suite: str,
    provider: Provider,
    output: Path | None,
    force: bool,
    disk: int,
    packages: tuple[str, ...],
    script: Path | None,
) -> None:
    """Make a stock box of Debian's SUITE, from this machine's apt mirror. Needs root.

    It has a kernel, a boot loader, an address by DHCP, and the user vagrant, who is let in by
    Vagrant's well-known key and may use sudo without a password. No service of boxes is asked.
    """
    from dockwright.vagrant.stock.make import stock as make

    box = StockBox(suite, provider, disk, packages)
    echo(str(make(box, output or Path(box.file), _progress, force, script)))


@vagrant.command()
@click.argument("box_file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--name", required=True, metavar="OWNER/BOX", help="What it is called there.")
@click.option("--version", required=True, metavar="VERSION", help="Which one it is, as 1.2.0.")
@click.option("--force", is_flag=True, help="Replace what that version has for its provider.")
@click.option(
    "--box",
    metavar="BOX",
    shell_complete=complete.boxes,
    help="The box that serves.  [default: the one with dockwright_catalogue in its data]",
)
@inventory_option
def publish(
    box_file: Path, name: str, version: str, force: bool, box: str | None, inventory: str | None
) -> None:
    """Have the site's catalogue serve the packaged box FILE, and show its URL for Vagrant.

    A version keeps its bytes, and an upload that is broken off leaves the catalogue as it was.
    """
    from dockwright.run.publish import publish as run

    url = run(box_file, name, version, inventory=inventory, box=box, force=force, say=_progress)
    echo(url)


# what it was called before; scripts and habits go on with it
former = click.Group("boxes", commands=vagrant.commands, hidden=True, help=vagrant.help)
