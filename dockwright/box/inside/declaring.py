"""What pyinfra does each time an operation is declared, in less time and with the same outcome.

An operation is told from others by the lines that led to it. pyinfra reads these with ``inspect``,
which looks for the source of each function on the way three times over, in all modules there are:
3 ms an operation and box, more than all else that the controller does for a box. And the types of
its arguments are worked out anew for each operation and each fact. Both are found out here without
that, and no run of pyinfra notices.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from types import FrameType
from typing import Any

import pyinfra
from pyinfra.api import arguments
from pyinfra.api.state import State
from pyinfra.api.util import PYINFRA_INSTALL_DIR

_QUICK = "dockwright_quick"  # an attribute of what stands for pyinfra's


def declare_quickly() -> None:
    """Have all operations of this process declared in less time, pyinfra's and others' too.

    Example::

        declare_quickly()
    """
    if not hasattr(arguments.all_global_arguments, _QUICK):
        vars(arguments)["all_global_arguments"] = _known(arguments.all_global_arguments)
    # by its name, as pyinfra.api has the decorator `operation` in its place
    declares = import_module("pyinfra.api.operation")
    vars(declares)["get_operation_order_from_stack"] = order_from_stack


def order_from_stack(state: State) -> list[int]:
    """The lines that lead to an operation, from the deploy file on, but for pyinfra's own.

    Example::

        order_from_stack(state)  # [0, 5, 47, 91]
    """
    frames: list[FrameType] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    frames.reverse()
    if deploy := state.current_deploy_filename:
        at = (at for at, one in enumerate(frames) if one.f_code.co_filename == deploy)
        frames = frames[next(at, len(frames)) :]
    files = [state.current_op_file_number] if pyinfra.is_cli else []
    return files + [
        one.f_lineno for one in frames if not one.f_code.co_filename.startswith(PYINFRA_INSTALL_DIR)
    ]


def _known(find: Callable[[], list[tuple[str, Any]]]) -> Callable[[], list[tuple[str, Any]]]:
    known = tuple(find())  # of a class of pyinfra's, and so the same each time

    def found() -> list[tuple[str, Any]]:
        return list(known)

    setattr(found, _QUICK, True)
    return found
