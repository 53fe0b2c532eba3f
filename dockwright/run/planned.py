"""A plan as values: what each operation on each box would do, and the JSON of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dockwright.box.change import Change

VERSION = 1
Status = Literal["current", "change", "unknown", "action"]
_NAMED = 3


@dataclass(frozen=True)
class FileChange:
    """A file that would be written; of a ``secret`` one ``difference`` says only that it is."""

    path: str  # absolute, on the box
    secret: bool
    difference: str


@dataclass(frozen=True)
class Planned:
    """One operation on one box.

    ``status``: ``current`` (as declared), ``change``, ``unknown`` (known after apply), or
    ``action`` (it runs every time, by its nature, and is no drift). ``changes`` is what a plan
    shows of it, the rest is there for who asks; ``missing`` is why nothing is known of it, where
    that is not what the same run changes before.
    """

    box: str
    name: str  # as pyinfra has it: DEPLOY | WHAT, or WHAT alone
    status: Status
    reasons: tuple[str, ...] = ()  # why it is to be done, or is not known, a line each
    files: tuple[FileChange, ...] = ()  # those that would be written whole
    commands: tuple[str, ...] = ()  # lines of what would run, files aside
    changes: tuple[Change, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """Its name without its deploy's."""
        return self.name.rpartition(" | ")[2]

    @property
    def deploy(self) -> str:
        """The title of its deploy; empty where it stands in no deploy."""
        return self.name.rpartition(" | ")[0]

    @property
    def drifts(self) -> bool:
        """Whether the box is not, or may not be, as declared."""
        return self.status in ("change", "unknown")


@dataclass(frozen=True)
class Plan:
    """What applying ``deploy`` would do; ``boxes`` are those asked, ``operations`` in order.

    ``failed`` are boxes that gave no answer, each with the line that says why: what would change
    there nobody knows. ``reminders`` are lines of what a person should know, and is no drift.
    ``absent`` are boxes that a person left out, each with why.
    """

    deploy: str
    boxes: tuple[str, ...]
    operations: tuple[Planned, ...]
    failed: Mapping[str, str] = field(default_factory=dict)
    reminders: tuple[str, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)

    @property
    def drift(self) -> bool:
        """Whether any box is not, or may not be, as declared."""
        return any(operation.drifts for operation in self.operations)

    @property
    def idle(self) -> bool:
        """Whether applying it would do nothing at all."""
        return all(operation.status == "current" for operation in self.operations)

    def summary(self) -> str:
        """One line that a person reads in five seconds.

        Example:
            >>> Plan("deploy/site.py", ("docker",), ()).summary()
            '1 box, 0 operations: as declared'
        """
        changes = {box: self._of(box, "change") for box in self.boxes}
        unknown = {box: self._of(box, "unknown") for box in self.boxes}
        actions = sum(operation.status == "action" for operation in self.operations)
        parts = [
            part
            for part in (
                tell("would change", changes),
                tell("known after apply", unknown),
                f"{actions} run every time" if actions else "",
            )
            if part
        ]
        if not self.drift:
            parts.insert(0, "as declared")
        if self.failed:
            parts.append(f"no answer from {', '.join(self.failed)}")
        if self.absent:
            parts.append(f"without {', '.join(self.absent)}")
        return (
            f"{_count(len(self.boxes), 'box', 'boxes')}, "
            f"{_count(len(self.operations), 'operation', 'operations')}: {'; '.join(parts)}"
        )

    def json(self) -> dict[str, Any]:
        """The plan as docs/plan.schema.json describes it.

        Example:
            >>> Plan("deploy/site.py", ("docker",), ()).json()["drift"]
            False
        """
        return {
            "version": VERSION,
            "deploy": self.deploy,
            "drift": self.drift,
            "summary": self.summary(),
            "boxes": [
                {
                    "box": box,
                    "operations": [_fields(op) for op in self.operations if op.box == box],
                }
                for box in self.boxes
            ],
            "failed": [{"box": box, "error": why} for box, why in self.failed.items()],
            "reminders": list(self.reminders),
            "absent": [{"box": box, "why": why} for box, why in self.absent.items()],
        }

    def _of(self, box: str, status: Status) -> list[str]:
        return [op.short for op in self.operations if op.box == box and op.status == status]


def tell(what: str, names: Mapping[str, Iterable[str]]) -> str:
    """``2 WHAT on docker (a, b)``, of the names of operations by box; nothing where there is none.

    Example:
        >>> tell("changed", {"docker": ["a", "b"], "registry": []})
        '2 changed on docker (a, b)'
    """
    listed = {box: list(ops) for box, ops in names.items() if ops}
    total = sum(map(len, listed.values()))
    if not total:
        return ""
    places = [f"{box} ({', '.join(_first(ops))})" for box, ops in listed.items()]
    return f"{total} {what} on {', '.join(places)}"


def _first(names: list[str]) -> list[str]:
    rest = len(names) - _NAMED
    return names if rest <= 0 else [*names[:_NAMED], f"and {rest} more"]


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _fields(operation: Planned) -> dict[str, Any]:
    return {
        "name": operation.name,
        "status": operation.status,
        "certain": operation.status != "unknown",
        "reasons": list(operation.reasons),
        "files": [
            {"path": file.path, "secret": file.secret, "difference": file.difference}
            for file in operation.files
        ],
        "commands": list(operation.commands),
        "changes": [
            {"sign": one.sign, "thing": one.thing, "details": list(one.details)}
            for one in operation.changes
        ],
        "missing": list(operation.missing),
    }
