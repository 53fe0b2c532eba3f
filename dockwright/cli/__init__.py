"""The `dockwright` command: one file a group of subcommands, no logic of its own."""

import logging
import signal
import sys

import gevent

from dockwright.cli.patch import patch

patch()

import click

from dockwright.cli.group import LazyGroup
from dockwright.errors import DockwrightError
from dockwright.terminal import Handler, echo


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dockwright")
def dockwright() -> None:
    """Plain boxes into a private Docker platform."""


def main() -> None:
    """Run the command; what ends it is one line on standard error.

    Exit status 0: fine; 1: any error, of usage too; 2: drift; 130: interrupted.
    """
    gevent.get_hub().NOT_ERROR += (KeyboardInterrupt,)  # or gevent reports it before us
    # paramiko logs what it raises too, with a traceback
    logging.getLogger("paramiko").addHandler(logging.NullHandler())
    # what is logged before pyinfra's progress is shown, or by others
    logging.lastResort = Handler(logging.WARNING)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        # as Ctrl-C: what is under way is let go of, and recorded; nohup's stays ignored
        if signal.getsignal(ending) == signal.SIG_DFL:
            signal.signal(ending, signal.default_int_handler)
    try:
        code = dockwright.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt) as error:
        if isinstance(error.__cause__, EOFError):  # click takes any end of file for Ctrl-C
            echo(f"error: {_ended(error.__cause__)}", err=True)
            sys.exit(1)
        echo("interrupted", err=True)
        sys.exit(130)
    except DockwrightError as error:
        echo(f"error: {error}", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _ended(error: EOFError) -> str:
    if "reading a line" in str(error):
        return "nobody answers on standard input; run it at a terminal"
    return "the connection to a box ended; see that the box is up, and run it again"
