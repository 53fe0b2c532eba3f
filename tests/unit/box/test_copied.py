"""What a box answered, copied: nothing that is done with one is seen in another."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from dockwright.box.copied import copied
from dockwright.box.remembered import _Memory
from dockwright.chain.engine_image import EngineImage
from dockwright.facts.runs import Last
from dockwright.site.members import SiteMember


class Kind(Enum):
    ONE = 1


@dataclass
class Changing:
    names: list[str]


@dataclass(frozen=True)
class Holding:
    names: list[str]
    further: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def count(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Fixed:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slotted:
    names: list[str]


@dataclass(frozen=True)
class Listed(list[int]):
    more: tuple[int, ...] = ()


IMAGE = EngineImage(
    id="sha256:1", tags=("web:latest",), labels={"a": "b"}, created=datetime(2026, 1, 1, tzinfo=UTC)
)
ANSWERS: list[Any] = [
    None, True, 1, 1.5, "a", b"a", datetime(2026, 1, 1, tzinfo=UTC), Kind.ONE, Path("/a"),
    [], {}, (), set(), frozenset({"a"}), {"a"}, [[1, [2]], {"b": [3]}], ({"a": [1]}, 2),
    {"sha256:1": IMAGE, "web:latest": IMAGE},
    Last("c0ffee0", "2026", {"app": SiteMember("192.0.2.1", {"db": ("data",)})}, False),
    Changing(["a"]), [Changing(["a"])], Holding(["a"], {"b": [Changing(["c"])]}),
    Slotted(["a"]), {("a", 1): [Slotted(["a"])]},
]  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda one: type(one).__name__)
def test_a_copy_is_equal_and_of_the_same_classes(answer: Any) -> None:
    made = copied(answer)
    assert made == answer == deepcopy(answer)
    assert repr(made) == repr(answer)
    assert type(made) is type(answer)


def _changeable(value: Any, seen: set[int]) -> set[int]:
    """Where in memory all is that somebody could change."""
    if isinstance(value, dict):
        seen |= {id(value)}
        for one in (*value, *value.values()):
            _changeable(one, seen)
    elif isinstance(value, (list, set, tuple, frozenset)):
        seen |= {id(value)} if isinstance(value, (list, set)) else set()
        for one in value:
            _changeable(one, seen)
    elif isinstance(value, Changing):
        seen.add(id(value))
        _changeable(value.names, seen)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            _changeable(getattr(value, name), seen)
    return seen


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda one: type(one).__name__)
def test_nothing_that_can_be_changed_is_in_both(answer: Any) -> None:
    made = copied(answer)
    assert not _changeable(answer, set()) & _changeable(made, set())


def test_what_nobody_can_change_is_the_same_one() -> None:
    plain = ("a", (1, "b"))
    assert copied(plain) is plain
    assert copied(Kind.ONE) is Kind.ONE
    fixed = Fixed(("a",))
    assert copied([fixed])[0] is fixed


def test_one_that_stands_there_twice_does_so_in_the_copy() -> None:
    made = copied({"sha256:1": IMAGE, "web:latest": IMAGE})
    assert made["sha256:1"] is made["web:latest"] is not IMAGE


def test_what_is_worked_out_of_it_goes_with_none() -> None:
    holding = Holding(["a"])
    assert holding.count == 1
    made = copied(holding)
    made.names.append("b")
    assert (made.count, holding.count) == (2, 1)


def test_a_list_that_is_a_dataclass_keeps_what_is_in_it() -> None:
    listed = Listed((1,))
    listed.extend([1, 2])
    assert list(copied(listed)) == [1, 2]


def test_who_changes_an_answer_changes_nobody_elses() -> None:
    memory = _Memory()
    first = memory.answer("images", lambda: {"web": EngineImage("1", labels={"a": "b"})}, 30)
    first["web"].labels["a"] = "another"
    first["more"] = IMAGE
    second = memory.answer("images", dict, 30)
    assert second == {"web": EngineImage("1", labels={"a": "b"})}
    second["web"].labels["a"] = "a third"
    assert memory.answer("images", dict, 30)["web"].labels == {"a": "b"}
