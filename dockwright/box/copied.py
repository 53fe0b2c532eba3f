"""Copies of what a box answered, so that who has one may do with it as he likes.

Answers are plain values and frozen dataclasses of them. ``copy.deepcopy`` asks of each object how
it is to be made anew: for a box with fifty images that takes longer than to read them.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from operator import is_
from typing import Any, TypeVar, cast

T = TypeVar("T")
# what nobody can change
_ATOMS = frozenset({type(None), bool, int, float, str, bytes, datetime})


def copied(value: T) -> T:
    """``value`` with nothing in it that a change of the copy would change too.

    Example:
        >>> answer = {"tags": ["latest"]}
        >>> copied(answer)["tags"].append("1.2")
        >>> answer
        {'tags': ['latest']}
    """
    return cast(T, _copied(value, {}))


def _copied(value: Any, made: dict[int, Any]) -> Any:
    of: Any = type(value)
    if of in _ATOMS:
        return value
    if of is dict:
        return {_copied(key, made): _copied(one, made) for key, one in value.items()}
    if of in (list, set, frozenset):
        return of(_copied(one, made) for one in value)
    if of is tuple:
        several = tuple([_copied(one, made) for one in value])
        return value if all(map(is_, several, value)) else several
    if (names := _fields(of)) is None:
        return deepcopy(value)
    # an image stands there by its ID and by each tag
    if (known := made.get(id(value))) is not None:
        return known
    had = vars(value)
    parts = {name: _copied(had[name], made) for name in names}
    if all(parts[name] is had[name] for name in names):
        new = value
    else:
        new = object.__new__(of)
        vars(new).update(parts)
    made[id(value)] = new
    return new


@cache
def _fields(of: type) -> tuple[str, ...] | None:
    """The fields of a frozen dataclass that is nothing else; None of any other class."""
    if not is_dataclass(of) or not of.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        return None
    try:
        if not hasattr(object.__new__(of), "__dict__"):
            return None
    except TypeError:  # it is a list or the like, too
        return None
    return tuple(one.name for one in fields(of))
