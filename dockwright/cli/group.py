"""A group of commands, each of which is imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from dockwright.site.ways_out import SITE
from dockwright.ways_out import speak

speak(SITE)

# Each command's module of this folder, and its name there where that is another; and its first line
# of help, so that a list of commands imports none of them: that takes longer than all else. One
# without is not listed.
_COMMANDS = {
    "apply": (
        "apply",
        "Show what is to change, ask, and change it; each box keeps a record of it.",
    ),
    "backup": (
        "backup",
        "Back up the data of leaves, registries and boxes to where dockwright_backup says.",
    ),
    "boot": (
        "boot",
        "Boot jobs: what a box's init has for each process line of a leaf's Procfile.",
    ),
    "boxes": ("vagrant:former", ""),
    "exec": ("one_off:run_in", "Run COMMAND, by default sh, in the container of LEAF that runs."),
    "graph": ("graph", "Pictures: the site, the chain of images, the layers of an engine."),
    "history": (
        "history",
        "Show who applied what on a box, when, and what it changed; the newest last.",
    ),
    "images": ("images", "The chain of images."),
    "init": (
        "init",
        "Write a small site into DIR: an inventory with data, an image that runs, deploy files.",
    ),
    "lab": ("lab", "Boxes on this machine (systemd-nspawn), to try and to test on."),
    "logs": ("logs", "Show what the containers of LEAF said, those that are gone too."),
    "move": (
        "move",
        "Move LEAF with its data to BOX, where the inventory has it by now.",
    ),
    "plan": (
        "plan",
        "Show what applying DEPLOY to INVENTORY would change, and why; change nothing.",
    ),
    "registry": (
        "registry",
        "The site's registries: what they keep, who needs it, and what may go.",
    ),
    "restore": (
        "restore",
        "Restore a leaf's data, or all that is backed up of a box, onto the same or a fresh one.",
    ),
    "rollback": (
        "rollback",
        "Put back the jobs and image that LEAF had before its last upgrade, box by box.",
    ),
    "run": (
        "one_off",
        "Run COMMAND in a new container as LEAF has it: image, environment, volumes, limits.",
    ),
    "status": (
        "status",
        "Show how the boxes, leaves and registries of INVENTORY are, what is wrong first.",
    ),
    "swarm": ("swarm", "Leaves as services of Docker Swarm."),
    "vagrant": ("vagrant", "Vagrant's boxes of the Vagrantfile in the current folder."),
    "wheelhouse": (
        "wheelhouse",
        "Fetch into DIR, with pip, the wheels of Dockwright, pyinfra and all that they require.",
    ),
}


class LazyGroup(click.Group):
    """The commands of `dockwright`.

    Example:
        >>> LazyGroup().list_commands(click.Context(LazyGroup()))[:2]
        ['apply', 'backup']
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in order."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(
            import_module(f"dockwright.cli.{module}"), name or cmd_name
        )
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Have ``formatter`` list the commands, by their lines of here."""
        lines = {
            name: click.Command(name, help=line, hidden=not line)
            for name, (_, line) in _COMMANDS.items()
        }
        click.Group(commands=lines).format_commands(ctx, formatter)
