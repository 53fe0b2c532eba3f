"""Secrets on their way to a box: through standard input, never in an argument, log or plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, cast

from pyinfra.api import HiddenValue, QuoteString, StringCommand
from pyinfra.api.operation import OperationMeta, PyinfraOperation

P = ParamSpec("P")

# -T: a folder that has the file's name is an error, not a place to move it into
_WRITE = (
    'umask 077 && rm -f "$1.new" && cat >"$1.new" && chown "$2" "$1.new" '
    '&& chmod "$3" "$1.new" && mv -fT "$1.new" "$1"'
)


def written(path: str, text: str, modes: str) -> StringCommand:
    """The command that makes ``text`` the whole content of the file at ``path``, all or nothing.

    Args:
        path: of the file, in a folder that exists.
        text: travels through standard input; a newline is added where its end lacks one.
        modes: octal mode, owner and group, as in ``600 0:0``.

    Example:
        >>> "s3cret" in str(written("/etc/dockwright/registry.password", "s3cret", "600 0:0"))
        False
    """
    mode, owner = modes.split()
    return StringCommand(
        "sh",
        "-c",
        QuoteString(_WRITE),
        "sh",
        QuoteString(path),
        QuoteString(owner),
        QuoteString(mode),
        _stdin=text,
    )


def reveal(value: str | HiddenValue | None) -> str | None:
    """The text of a secret argument, as an operation that `hides` it needs it.

    Example:
        >>> reveal(HiddenValue("s3cret"))
        's3cret'
    """
    return value.unmask() if isinstance(value, HiddenValue) else value


def hides(*arguments: str) -> Callable[[PyinfraOperation[P]], PyinfraOperation[P]]:
    """Keep an operation's ``arguments`` out of what pyinfra prints as it starts the operation.

    Goes above ``@operation()``; pyinfra shows every argument, but a HiddenValue as ``*MASKED*``.

    Example:
        >>> @hides("password")
        ... @operation()
        ... def login(password: str | None = None): ...  # doctest: +SKIP
    """

    def wrap(declared: PyinfraOperation[P]) -> PyinfraOperation[P]:
        inner = declared._inner
        order = list(signature(inner).parameters)

        @wraps(inner)
        def hiding(*args: Any, **kwargs: Any) -> OperationMeta:
            given = {**dict(zip(order, args, strict=False)), **kwargs}
            for argument in arguments:
                if isinstance(given.get(argument), str):
                    given[argument] = HiddenValue(given[argument])  # type: ignore[no-untyped-call]
            return cast(Callable[..., OperationMeta], declared)(**given)

        hiding._inner = inner  # type: ignore[attr-defined]
        return cast(PyinfraOperation[P], hiding)

    return wrap
