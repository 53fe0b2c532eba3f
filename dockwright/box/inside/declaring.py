"""What pyinfra does each time an operation is declared, in less time and with the same outcome.

An operation is told from others by the lines that led to it. pyinfra reads these with ``inspect``,
which looks for the source of each function on the way three times over, in all modules there are:
3 ms an operation and box, a third of all that the controller did for a box. And for each operation
and fact it works out anew which arguments there are, and looks for each of them in the box's data,
at five places. Both are found out here without that, and no run of pyinfra notices.
"""

from __future__ import annotations

import sys
from copy import copy
from functools import cache
from importlib import import_module
from types import FrameType
from typing import Any

import pyinfra
from pyinfra.api.arguments import all_argument_meta, all_global_arguments
from pyinfra.api.exceptions import ArgumentTypeError
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.api.util import PYINFRA_INSTALL_DIR, raise_if_bad_type
from pyinfra.context import ctx_config

# Which modules of pyinfra.api call each of them; by name, as that has functions in their places.
_CALLED = {
    "pop_global_arguments": ("deploy", "facts", "operation"),
    "get_operation_order_from_stack": ("operation",),
}


def declare_quickly() -> None:
    """Have all operations of this process declared in less time, pyinfra's and others' too.

    Example::

        declare_quickly()
    """
    ours = {
        "pop_global_arguments": pop_global_arguments,
        "get_operation_order_from_stack": order_from_stack,
    }
    for name, modules in _CALLED.items():
        for module in modules:
            vars(import_module(f"pyinfra.api.{module}"))[name] = ours[name]


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


def pop_global_arguments(
    state: State, host: Host, kwargs: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Take what pyinfra itself has of arguments out of ``kwargs``: all of these, and those given.

    One that is not there is the present deploy's, else the box's data say it, else the config.

    Args:
        state, host: of the run.
        kwargs: arguments of an operation, a deploy or a fact; pyinfra's are gone from them.

    Raises:
        ArgumentTypeError: a value of another type than it must have.

    Example::

        pop_global_arguments(state, host, {"_sudo": True, "path": "/a"})[1]  # ['_sudo']
    """
    config = ctx_config.get() if ctx_config.isset() else state.config  # type: ignore[no-untyped-call]
    of_deploy: Any = host.current_deploy_kwargs or {}
    of_host = host.data.dict()  # type: ignore[no-untyped-call]
    arguments, given = {}, []
    for key, of_type in _types():
        meta = all_argument_meta[key]
        # a copy: of a list that is changed the box's data keep what they had
        default: Any = copy(of_host[key]) if key in of_host else meta.default(config)
        if key in kwargs:
            given.append(key)
            value = kwargs.pop(key)
        else:
            value = of_deploy.get(key, default)
        if meta.handler:
            value = meta.handler(config, value)
        if value != default:
            raise_if_bad_type(value, of_type, ArgumentTypeError, f"Invalid argument `{key}`:")
        arguments[key] = value
    return arguments, given


@cache
def _types() -> tuple[tuple[str, Any], ...]:
    return tuple(all_global_arguments())  # of a class of pyinfra's
