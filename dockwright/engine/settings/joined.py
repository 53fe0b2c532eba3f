"""One value that two hands write: ours joined with theirs, and theirs found again.

`join` tells what is ours of the outcome, and what of theirs it took the place of; with both
`theirs` undoes it. What was edited since then is theirs. Values are JSON's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()
# an entry of these is one thing: half of one and half of another would be neither
_WHOLE_ENTRIES = frozenset({"default-ulimits", "runtimes"})
# lists of `name=value`, of which dockerd takes one value a name, or refuses a second
_NAMED = frozenset({"exec-opts", "labels", "storage-opts"})


@dataclass(frozen=True)
class Joined:
    """``value`` is what to write, ``ours`` the part that is ours.

    ``former`` is of theirs what gave way: ``was`` a whole value, ``instead`` their element of a
    list by ours, ``within`` the same of a map's entries.
    """

    value: Any
    ours: Any = ABSENT
    former: Mapping[str, Any] = field(default_factory=dict)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: to Python, true is 1.

    Example:
        >>> same(True, 1), same({"a": 1, "b": 2}, {"b": 2, "a": 1})
        (False, True)
    """
    if one is ABSENT or other is ABSENT:
        return one is other
    try:
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    except (TypeError, ValueError):
        return False  # asked for, and no JSON: told where it is written


def join(their: Any, asked: Any, *path: str) -> Joined:
    """``asked`` with ``their`` value at ``path``; where both can't be, what is asked for wins.

    Example:
        >>> join(["a=1", "b=1"], ["a=2", "c=1"], "labels").value
        ['a=2', 'b=1', 'c=1']
    """
    if asked is ABSENT:
        return Joined(their)
    how = _how(their, asked, path)
    if how == "map":
        return _map(their, asked, path)
    if how == "list":
        return _list(their, asked, path[0] in _NAMED)
    if their is ABSENT:
        made = _list([], asked, named=False) if _is_list(asked, path) else Joined(asked, asked)
        return Joined(made.value, made.value)
    return Joined(their) if same(their, asked) else Joined(asked, asked, {"was": their})


def _how(one: Any, other: Any, path: tuple[str, ...]) -> str:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return "map" if len(path) == 1 or path[0] not in _WHOLE_ENTRIES else "whole"
    return "list" if _is_list(one, path) and _is_list(other, path) else "whole"


def _is_list(value: Any, path: tuple[str, ...]) -> bool:
    # within a map the order may decide, as in the builder's rules
    return isinstance(value, list | tuple) and len(path) == 1


def _map(their: Mapping[str, Any], asked: Mapping[str, Any], path: tuple[str, ...]) -> Joined:
    entries = {
        name: join(their.get(name, ABSENT), asked.get(name, ABSENT), *path, name)
        for name in [*their, *(name for name in asked if name not in their)]
    }
    within = {name: entry.former for name, entry in entries.items() if entry.former}
    return Joined(
        {name: entry.value for name, entry in entries.items()},
        {name: entry.ours for name, entry in entries.items() if entry.ours is not ABSENT},
        {**({"within": within} if within else {}), **({} if their else {"was": {}})},
    )


def _list(their: list[Any], asked: list[Any], named: bool) -> Joined:
    value, ours, instead = list(their), [], {}
    for element in asked:
        if any(same(element, other) for other in value):
            continue
        ours.append(element)
        former = [other for other in their if named and _name(other) == _name(element)]
        if former and former[0] in value:
            instead[element] = former[0]
            value[value.index(former[0])] = element
        else:
            value.append(element)
    former_ = {**({"instead": instead} if instead else {}), **({} if their else {"was": []})}
    return Joined(value, ours, former_)


def _name(element: Any) -> Any:
    # of another sort, or without a value, it shares its name with none
    return element.partition("=")[0] if isinstance(element, str) and "=" in element else object()


def theirs(present: Any, ours: Any, former: Mapping[str, Any], *path: str) -> Any:
    """What of ``present`` is other hands', as it is without us; ABSENT where nothing is.

    Example:
        >>> theirs(["a=2", "b=1"], ["a=2"], {"instead": {"a=2": "a=1"}}, "labels")
        ['a=1', 'b=1']
    """
    if ours is ABSENT or present is ABSENT:
        return present
    how = _how(present, ours, path)
    was = former.get("was", ABSENT)
    if how == "map":
        within = former.get("within", {})
        entries = {
            name: theirs(value, ours.get(name, ABSENT), within.get(name, {}), *path, name)
            for name, value in present.items()
        }
        return {name: value for name, value in entries.items() if value is not ABSENT} or was
    if how == "list":
        return _without(present, ours, former.get("instead", {})) or was
    return was if same(present, ours) else present


def _without(present: list[Any], ours: list[Any], instead: Mapping[str, Any]) -> list[Any]:
    left, awaited = [], list(ours)
    # ours were put at the end
    for element in reversed(present):
        place = next((at for at, other in enumerate(awaited) if same(element, other)), None)
        if place is None:
            left.append(element)
            continue
        awaited.pop(place)
        if isinstance(element, str) and element in instead:
            left.append(instead[element])
    return left[::-1]
