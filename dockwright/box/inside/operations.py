"""What pyinfra keeps of operations for itself: their functions, their order, whether they ran.

Used by a plan, which asks operations what they would do and runs none, and by what listens to a
run: what is remembered of boxes, roll-outs, secrets as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from inspect import getclosurevars, signature
from typing import Any

from pyinfra.api.command import PyinfraCommand
from pyinfra.api.host import Host
from pyinfra.api.operation import OperationMeta
from pyinfra.api.state import State, StateOperationHostData
from pyinfra.connectors.util import CommandOutput

Commands = Callable[[], Iterator[PyinfraCommand]]


@dataclass(frozen=True)
class Declared:
    """An operation as it was declared on a host."""

    # its arguments by name, those that were given
    arguments: Mapping[str, Any]
    # whether it changes nothing a second time, as its author says
    is_idempotent: bool


def declared(data: StateOperationHostData) -> Declared:
    """What was declared, of an operation that has not begun.

    pyinfra keeps the function and its arguments nowhere but in the variables of the generator
    that it makes of them.

    Example::

        declared(state.get_op_data_for_host(host, op)).arguments  # {'user': 'anna'}
    """
    within = getclosurevars(data.command_generator).nonlocals
    function = within["func"]
    call = _signature(function).bind_partial(*within.get("args", ()), **within.get("kwargs", {}))
    return Declared(call.arguments, bool(function.is_idempotent))


# the same of each box
_signature = lru_cache(maxsize=1024)(signature)


def heed(state: State, host: Host, op: str, wrapped: Callable[[Commands], Commands]) -> None:
    """Have the commands of an operation that begins come through ``wrapped``.

    pyinfra tells its listeners of operations, and not of their commands.

    Example::

        heed(state, host, op, counted)
    """
    if (data := state.ops[host].get(op)) is not None:
        data.command_generator = wrapped(data.command_generator)


def begin_anew(data: StateOperationHostData) -> None:
    """Have an operation as if it had not been through, so that it can be run.

    A plan completes each operation, since others ask it whether it changes something; pyinfra
    refuses to complete one twice.

    Example::

        begin_anew(data)
    """
    data.operation_meta._success = None


def key_of(operation: OperationMeta) -> str:
    """pyinfra's hash of an operation, by which it keeps it; what an operation returns hides it.

    Example::

        key_of(image.pull("zenweb"))  # '5f1c…'
    """
    return operation._hash


def order_on(host: Host) -> list[str]:
    """The operations that were declared on ``host``, by pyinfra's hash, in their order.

    Example::

        order_on(host)  # ['5f1c…', …]
    """
    return list(host.op_hash_order)


def keep_only(state: State, host: Host, wanted: Collection[str]) -> None:
    """Drop the operations of ``host`` but ``wanted``; what hangs on one finds it unchanged.

    pyinfra can leave boxes out of a run, and no operations.

    Example::

        keep_only(state, host, {op})
    """
    host.op_hash_order = [op for op in host.op_hash_order if op in wanted]
    ops = state.ops[host]
    for op in ops.keys() - set(wanted):
        ops.pop(op).operation_meta.set_complete(True, [], CommandOutput([]))


def function_of(operation: Any) -> Callable[..., Iterator[Any]]:
    """The generator that an operation was made of, which can be called outside a run.

    pyinfra names it where operations are nested, with an underscore.

    Example::

        list(function_of(registry.trust)(registry="192.168.50.20:5000"))
    """
    function: Callable[..., Iterator[Any]] = operation._inner
    return function


def stands_for(function: Any, operation: Any) -> None:
    """Have ``function`` be known as ``operation``, which it calls: by the same generator.

    Example::

        stands_for(hiding, login)
    """
    function._inner = operation._inner
