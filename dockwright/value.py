"""What a fact answers, as pyinfra's own command prints it (`pyinfra INVENTORY fact …`)."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any, ClassVar

_HIDDEN = "(hidden)"


class Value:
    """A dataclass that pyinfra can print: its fields, but for those with ``repr=False``.

    Example:
        >>> from dataclasses import dataclass, field
        >>> @dataclass
        ... class Kept(Value):
        ...     path: str
        ...     text: str = field(repr=False)
        >>> Kept("/etc/x", "s3cret").to_json()
        {'path': '/etc/x', 'text': '(hidden)'}
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def to_json(self) -> dict[str, Any]:
        """By name; what pyinfra's JSON does not know of by itself asks for this."""
        return {one.name: getattr(self, one.name) if one.repr else _HIDDEN for one in fields(self)}
