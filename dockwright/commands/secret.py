"""Secrets as arguments of operations: pyinfra is shown a mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, cast

from pyinfra.api import HiddenValue
from pyinfra.api.operation import OperationMeta, PyinfraOperation

from dockwright.box.inside.operations import function_of, stands_for

P = ParamSpec("P")


def reveal(value: str | HiddenValue | None) -> str | None:
    """The text of a secret argument, as an operation that `hides` it needs it.

    Example:
        >>> reveal(HiddenValue("s3cret"))
        's3cret'
    """
    return value.unmask() if isinstance(value, HiddenValue) else value


def _hidden(value: str | HiddenValue) -> HiddenValue:
    if isinstance(value, HiddenValue):
        return value
    return HiddenValue(value)  # type: ignore[no-untyped-call]


def hides(*arguments: str) -> Callable[[PyinfraOperation[P]], PyinfraOperation[P]]:
    """Keep an operation's ``arguments`` out of what pyinfra prints as it starts the operation.

    Goes above ``@operation()``; pyinfra shows every argument, but a HiddenValue as ``*MASKED*``.

    Example::

        @hides("password")
        @operation()
        def login(password: str | None = None): ...
    """

    def wrap(declared: PyinfraOperation[P]) -> PyinfraOperation[P]:
        inner = function_of(declared)
        order = list(signature(inner).parameters)

        @wraps(inner)
        def hiding(*args: Any, **kwargs: Any) -> OperationMeta:
            by_name = {**dict(zip(order, args, strict=False)), **kwargs}
            for argument in arguments:
                value = by_name.get(argument)
                if isinstance(value, str):
                    by_name[argument] = _hidden(value)
                elif isinstance(value, Mapping):
                    by_name[argument] = {key: _hidden(text) for key, text in value.items()}
            return cast(Callable[..., OperationMeta], declared)(**by_name)

        stands_for(hiding, declared)
        return cast(PyinfraOperation[P], hiding)

    return wrap
