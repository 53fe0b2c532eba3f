"""`dockwright backup`: what leaves, registries and boxes keep, to where a site says, and tried."""

from __future__ import annotations

import click

from dockwright.cli import complete
from dockwright.cli.options import inventory_option, skip_option
from dockwright.lab.settings import SUITES
from dockwright.terminal import echo


class _Backups(click.Group):
    """What is no command of it are names of what is backed up."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args[:1] != ["--help"] and (not args or args[0] not in self.commands):
            args = [_EVERY, *args]
        return super().parse_args(ctx, args)


_EVERY = "of"


@click.group(cls=_Backups, subcommand_metavar="[LEAF|BOX]... | drill")
def backup() -> None:
    """Back up the data of leaves, registries and boxes to where dockwright_backup says.

    `dockwright backup [LEAF|BOX]...`; without a name all of the site. A leaf is paused only while
    what changed meanwhile goes there. What fails is named, the others go on, and the exit status
    is 1.
    """


@backup.command(_EVERY, hidden=True)
@click.argument("names", nargs=-1, metavar="[LEAF|BOX]...", shell_complete=complete.leaves)
@skip_option
@inventory_option
def of(names: tuple[str, ...], skip: tuple[str, ...], inventory: str | None) -> int:
    """Back up the data of leaves, registries and boxes to where dockwright_backup says."""
    from dockwright.run.backup.save import back_up  # pyinfra takes a second to import
    from dockwright.run.wording.backup import backed_line

    made = back_up(names, inventory, skip, say=echo)
    for one in made:
        if one.saved is not None:
            echo(backed_line(one.part, one.saved.summary, one.saved.paused))
    # a box that does not answer is the trouble of all of its parts
    troubles = dict.fromkeys(one.trouble for one in made if one.trouble)
    for line in troubles:
        echo(f"error: {line}", err=True)
    return 1 if troubles else 0


@backup.command()
@click.option(
    "--box",
    "boxes",
    multiple=True,
    metavar="BOX",
    shell_complete=complete.boxes,
    help="Only this box or group; repeat it.",
)
@click.option("--subnet", help="Addresses of the lab.  [default: 192.168.49.0/24]")
@click.option("--suite", type=click.Choice(SUITES), help="Debian release.  [default: bookworm]")
@inventory_option
def drill(
    boxes: tuple[str, ...], subnet: str | None, suite: str | None, inventory: str | None
) -> int:
    """Restore the newest backups into throw-away boxes on this machine, and try them there.

    Leaves are started with the images that they run, in a network that leads nowhere; their health
    and their own checks are asked. Status shows when. Needs root, as a lab does.
    """
    from dockwright.run.backup.drill import SUBNET, DrillLab  # pyinfra takes a second to import
    from dockwright.run.backup.drill import drill as run

    failed = run(boxes, inventory, DrillLab(subnet=subnet or SUBNET, suite=suite), say=echo)
    for line in failed:
        echo(f"error: {line}", err=True)
    return 1 if failed else 0
