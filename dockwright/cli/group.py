"""A group of commands, each of which is imported when it is called, or listed."""

from __future__ import annotations

from importlib import import_module

import click

from dockwright.site.ways_out import SITE
from dockwright.ways_out import speak

speak(SITE)

# Each command's module of this folder, and its name there where that is another.
_PLACES = {
    "apply": "apply",
    "boot": "boot",
    "boxes": "vagrant:former",
    "exec": "one_off:run_in",
    "graph": "graph",
    "history": "history",
    "images": "images",
    "init": "init",
    "lab": "lab",
    "logs": "logs",
    "plan": "plan",
    "rollback": "rollback",
    "run": "one_off",
    "vagrant": "vagrant",
    "wheelhouse": "wheelhouse",
}


class LazyGroup(click.Group):
    """The commands of `dockwright`.

    Example:
        >>> LazyGroup().list_commands(click.Context(LazyGroup()))[:2]
        ['apply', 'boot']
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in order."""
        return sorted(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if cmd_name not in _PLACES:
            return None
        module, _, name = _PLACES[cmd_name].partition(":")
        command: click.Command = getattr(
            import_module(f"dockwright.cli.{module}"), name or cmd_name
        )
        return command
