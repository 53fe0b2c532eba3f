"""A plan as a person reads it: one line a thing, the same on many boxes once, a table by box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from dockwright.run.planned import Plan, Planned, Status
from dockwright.run.wording.columns import table, wrapped
from dockwright.text import line as shown

_LONGEST = 600
_A_FEW = 2  # reasons of an operation that says nothing else
_COLOURS = {"+": "green", "~": "yellow", "-": "red", "?": "magenta", ">": "blue"}
_TO_COME = "known once the above is applied:"


@dataclass
class _Item:
    """One line: a thing that changes alike on some boxes."""

    deploy: str  # the title of its deploy, under which it is listed
    sign: str  # one of _COLOURS
    thing: str
    details: tuple[str, ...]  # where it is one box
    anywhere: tuple[str, ...]  # where it is several
    boxes: list[str] = field(default_factory=list)


def lines(plan: Plan) -> Iterator[str]:
    """What would change, and the table that sums it up; colours included.

    Example:
        >>> [click.unstyle(line) for line in lines(Plan("deploy/site.py", ("docker",), ()))]
        ['1 box, 0 operations: as declared']
    """
    yield from _sections(plan)
    if plan.idle and not plan.failed and not plan.absent:
        yield click.style(shown(plan.summary(), _LONGEST), fg="green")
    else:
        yield from map(click.style, summary(plan))


def summary(plan: Plan) -> list[str]:
    """How many operations would do what, by box; boxes of the same figures share a line.

    Example:
        >>> op = Planned("docker", "Leaves | zenweb: image", "change")
        >>> summary(Plan("deploy/site.py", ("docker",), (op,)))
        ['box     would change', 'docker             1']
    """
    statuses: tuple[Status, ...] = ("change", "unknown", "action", "current")
    alike: dict[tuple[str, ...], list[str]] = {}
    for box in plan.boxes:
        of = [op.status for op in plan.operations if op.box == box]
        counts = tuple(str(of.count(status) or "") for status in statuses)
        alike.setdefault(counts, []).append(shown(box))
    head = ("box", "would change", "known after apply", "every time", "as declared", "")
    rows = [(", ".join(boxes), *counts, "") for counts, boxes in alike.items()]
    rows += [(shown(box), "", "", "", "", "no answer, see above") for box in plan.failed]
    rows += [(shown(box), "", "", "", "", shown(why)) for box, why in plan.absent.items()]
    return table([head, *rows], numbers=range(1, 5))


def _sections(plan: Plan) -> Iterator[str]:
    grouped: dict[tuple[str, tuple[str, ...]], list[_Item]] = {}
    for item in _items(plan):
        grouped.setdefault((item.deploy, tuple(item.boxes)), []).append(item)
    # a deploy's parts stand together, in the order in which they begin
    deploys = list(dict.fromkeys(deploy for deploy, _ in grouped))
    for (deploy, boxes), items in sorted(grouped.items(), key=lambda one: deploys.index(one[0][0])):
        names = ", ".join(map(shown, boxes))
        for head in wrapped([f"{names}: {shown(deploy)}" if deploy else names]):
            yield click.style(head, bold=True)
        to_come = [item.thing for item in items if item.sign == "?" and not item.details]
        for item in items:
            if item.thing not in to_come or item.sign != "?":
                yield from _lines(item)
        if to_come:
            named = [f"? {_TO_COME}", ", ".join(shown(name, _LONGEST) for name in to_come)]
            for text in wrapped(named, "  ", "      "):
                yield click.style(text, fg=_COLOURS["?"])
        yield ""


def _lines(item: _Item) -> Iterator[str]:
    details = item.details if len(item.boxes) == 1 else item.anywhere
    words = [f"{item.sign} {shown(item.thing, _LONGEST)}"]
    words += [shown(one, _LONGEST) for one in details]
    for text in wrapped(words, "  ", "      "):
        yield click.style(text, fg=_COLOURS[item.sign])


def _items(plan: Plan) -> list[_Item]:
    items: dict[tuple[str, ...], _Item] = {}
    said: set[tuple[str, ...]] = set()
    for op in plan.operations:
        if op.status == "current":
            continue
        for item in _of(op):
            # two deploys may declare the same thing of a box: it changes once
            what = (op.box, item.sign, item.thing, *item.details)
            if item.sign != "?" and what in said:
                continue
            said.add(what)
            key = (op.deploy, item.sign, item.thing, *item.anywhere)
            items.setdefault(key, item).boxes.append(op.box)
    return list(items.values())


def _of(op: Planned) -> Iterator[_Item]:
    if op.status == "unknown":
        yield _Item(op.deploy, "?", op.short, op.missing, op.missing)
    elif op.changes:
        for one in op.changes:
            yield _Item(op.deploy, one.sign, one.thing, one.details, one.anywhere)
    elif op.status == "action":
        yield _Item(op.deploy, ">", op.short, ("runs every time",), ("runs every time",))
    elif op.files:
        for file in op.files:
            absent = file.difference.startswith(("--- /dev/null", "(secret) is not there"))
            what = ("secret",) if file.secret else ()
            yield _Item(op.deploy, "+" if absent else "~", file.path, what, what)
    else:
        texts = op.reasons or op.commands
        rest = len(texts) - _A_FEW
        details = (*texts[:_A_FEW], *([f"and {rest} more"] if rest > 0 else []))
        yield _Item(op.deploy, "~", op.short, details, details)
