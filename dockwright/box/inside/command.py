"""pyinfra's own command, whose parts are used so that our commands do what it does.

``pyinfra_cli`` is no library: it reads inventories and deploy files as nothing in pyinfra's API
does. It patches the standard library as it is imported (gevent), so this module is imported by
commands, and by the one deploy that runs files of a user's.
"""

from __future__ import annotations

import logging
from types import FrameType

import pyinfra
from pyinfra_cli.exceptions import (
    UnexpectedExternalError,  # what a user's file raised, and its name
)
from pyinfra_cli.inventory import make_inventory  # with group_data, from all that -i may be
from pyinfra_cli.log import LogFormatter  # its lines, so that ours look alike
from pyinfra_cli.util import (
    exec_file,  # a user's file, as the deploy file is run
    load_deploy_file,  # the same on all boxes side by side
)

__all__ = [
    "LogFormatter",
    "UnexpectedExternalError",
    "exec_file",
    "file_of",
    "is_count_of_commands",
    "load_deploy_file",
    "make_inventory",
    "order_by_lines",
]


def order_by_lines() -> None:
    """Have operations ordered by the lines of the deploy file, as under pyinfra's command.

    Else their order is that in which boxes came to them.

    Example::

        order_by_lines()
    """
    pyinfra.is_cli = True


def file_of(frame: FrameType) -> str | None:
    """The user's file that pyinfra runs in ``frame``; None where that is another function.

    Of a file that can't be compiled, an error has no line of its own.

    Example:
        >>> import sys
        >>> file_of(sys._getframe())
    """
    if frame.f_code.co_name != "exec_file":
        return None
    name = frame.f_locals.get("filename")
    return None if name is None else str(name)


def is_count_of_commands(record: logging.LogRecord) -> bool:
    """Whether a line of pyinfra's only says how many commands were executed before one failed.

    Example::

        is_count_of_commands(record)  # False
    """
    return record.funcName == "log_error_or_warning" and "executed" in str(record.msg)
