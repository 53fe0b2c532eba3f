"""`dockwright run` and `dockwright exec`: a command of one's own in what a leaf has."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from dockwright.cli import complete
from dockwright.cli.options import inventory_option, skip_option

_OPTIONS = (
    click.argument("leaf", shell_complete=complete.leaves),
    click.argument("command", nargs=-1, metavar="[-- COMMAND...]"),
    inventory_option,
    skip_option,
    click.option(
        "--box",
        metavar="BOX",
        shell_complete=complete.boxes,
        help="Where.  [default: the box where the leaf runs]",
    ),
    click.option(
        "--process", metavar="NAME", help="Whose.  [default: the first of the leaf's Procfile]"
    ),
    click.option("-T", "--no-terminal", is_flag=True, help="As in a pipe, at a terminal too."),
)


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("run")
@_options
def run(
    leaf: str,
    command: tuple[str, ...],
    inventory: str | None,
    box: str | None,
    skip: tuple[str, ...],
    process: str | None,
    no_terminal: bool,
) -> int:
    """Run COMMAND in a new container as LEAF has it: image, environment, volumes, limits.

    No port is published, and the container goes with its end. Without COMMAND it runs what the
    process does. The exit status is COMMAND's.
    """
    from dockwright.run import one_off  # pyinfra takes a second to import

    at = _at_terminal(no_terminal)
    return one_off.run(
        leaf, command, process=process, box=box, inventory=inventory, terminal=at, skip=skip
    )


@click.command("exec")
@_options
def run_in(
    leaf: str,
    command: tuple[str, ...],
    inventory: str | None,
    box: str | None,
    skip: tuple[str, ...],
    process: str | None,
    no_terminal: bool,
) -> int:
    """Run COMMAND, by default sh, in the container of LEAF that runs.

    The exit status is COMMAND's.
    """
    from dockwright.run import one_off  # pyinfra takes a second to import

    at = _at_terminal(no_terminal)
    return one_off.run_in(
        leaf, command, process=process, box=box, inventory=inventory, terminal=at, skip=skip
    )


def _at_terminal(no_terminal: bool) -> bool:
    return not no_terminal and sys.stdin.isatty() and sys.stdout.isatty()
