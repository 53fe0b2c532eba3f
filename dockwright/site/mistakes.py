"""What is wrong with a box's data, each mistake in words: its key, its value, and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

PREFIX = "dockwright_"
_SECRET = ("password", "env", "secret")
# Keys of former versions, each with what does its work now.
_FORMER = {
    "stash_id": "the number is an argument of its image now: give dockwright_build_args = "
    '{"STASH_ID": "…"}'
}
# of variables, what may hold a secret
_HIDDEN = re.compile(r"(?i)passw|secret|token|key|pin|code|cred|salt")
_CLOSE = 0.8
_LONGEST = 80
_TYPES = {bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "a map"}


def misspelt(data: Mapping[str, Any]) -> Iterator[str]:
    """Keys that begin almost as ours do: they would count for nothing.

    Example:
        >>> list(misspelt({"dockwrigth_env": {}, "ssh_user": "root"}))
        ['dockwrigth_env: no key begins so; did you mean dockwright_env?']
    """
    ours = PREFIX.rstrip("_")
    for key in data:
        head, _, rest = re.sub(r"[-.]", "_", str(key)).partition("_")
        if not key.startswith(PREFIX) and get_close_matches(head.lower(), [ours], 1, _CLOSE):
            yield f"{key}: no key begins so; did you mean {PREFIX}{rest}?"


def refused(
    error: ValidationError, data: Mapping[str, Any], known: Mapping[str, FieldInfo]
) -> Iterator[str]:
    """What pydantic refused: keys that are not known, and values that are not allowed.

    Args:
        error: of the settings' model.
        data: of the box, by keys without their prefix.
        known: the model's fields.

    Example:
        >>> from dockwright.site.settings import Settings
        >>> try:
        ...     Settings(leafs=[])
        ... except ValidationError as error:
        ...     print(*refused(error, {"leafs": []}, Settings.model_fields))
        dockwright_leafs: no such key; did you mean dockwright_leaves?
    """
    yield from dict.fromkeys(_line(one, data, known) for one in error.errors())


def _line(error: ErrorDetails, data: Mapping[str, Any], known: Mapping[str, FieldInfo]) -> str:
    field, *within = map(str, error["loc"])
    if field in _FORMER:
        return f"{PREFIX}{field}: no key any more; {_FORMER[field]}"
    if field not in known:
        close = get_close_matches(field, list(known), 1)
        hint = f"did you mean {PREFIX}{close[0]}?" if close else f"keys: {', '.join(known)}"
        return f"{PREFIX}{field}: no such key; {hint}"
    if within and error["type"] == "string_type":
        # of an environment the variable's name tells
        hidden = field != "env" and any(word in field for word in _SECRET)
        way = _no_text(error["input"], hidden or bool(_HIDDEN.search(within[-1])))
        return f"{PREFIX}{field}: {': '.join(within)}: {way}"
    value = "(hidden)" if any(word in field for word in _SECRET) else repr(data.get(field))
    if len(value) > _LONGEST:
        value = f"{value[: _LONGEST - 1]}…"
    return f"{PREFIX}{field} = {value}: not allowed; give {known[field].description}"


def _no_text(value: Any, hidden: bool) -> str:
    """Of a value that is no text: what it is, and how it is written as one."""
    what = "nothing" if value is None else _TYPES.get(type(value), f"a {type(value).__name__}")
    is_plain = isinstance(value, int | float)
    text = f'"{value}"' if is_plain and not hidden else "it in quotes"
    return f"{what}; write {text if is_plain else 'a text, in quotes'}"
