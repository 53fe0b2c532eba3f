"""A plan with all that is known of it: reasons, whole files, commands (`--diff`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import click

from dockwright.run.planned import Plan, Planned
from dockwright.run.wording.columns import wrapped
from dockwright.run.wording.plan import summary
from dockwright.text import line as shown

_TITLES = {
    "change": ("~", "would change", "yellow"),
    "unknown": ("?", "known once others are applied", "magenta"),
    "action": (">", "runs every time", "blue"),
}
_LINE = 200
_OF_A_FILE = 4000  # what differs may stand at its end


def lines(plan: Plan) -> Iterator[str]:
    """Every operation that does not find things as declared, once for boxes where it is the same.

    Example:
        >>> [click.unstyle(line) for line in lines(Plan("deploy/site.py", ("docker",), ()))]
        ['1 box, 0 operations: as declared']
    """
    alike: dict[Planned, list[str]] = {}
    for op in plan.operations:
        if op.status != "current":
            alike.setdefault(replace(op, box=""), []).append(op.box)
    sections: dict[tuple[str, ...], list[Planned]] = {}
    for op, boxes in alike.items():
        sections.setdefault(tuple(boxes), []).append(op)
    for names, operations in sections.items():
        for head in wrapped([", ".join(map(shown, names))]):
            yield click.style(head, bold=True)
        for operation in operations:
            yield from _operation(operation)
        yield ""
    if plan.idle and not plan.failed and not plan.absent:
        yield click.style(shown(plan.summary(), _OF_A_FILE), fg="green")
    else:
        yield from summary(plan)


def _operation(operation: Planned) -> Iterator[str]:
    sign, title, colour = _TITLES[operation.status]
    yield click.style(f"  {sign} {shown(operation.name, _LINE)}: {title}", fg=colour)
    for change in operation.changes:
        yield f"      {shown(change.line, _LINE)}"
    for reason in operation.reasons:
        yield f"      {shown(reason, _LINE)}"
    for file in operation.files:
        if not file.difference.startswith("---"):
            yield f"      {shown(file.path, _LINE)}:"
        for line in file.difference.split("\n"):
            yield f"      {_coloured(shown(line.expandtabs(), _OF_A_FILE))}"
    for command in operation.commands:
        yield click.style(f"      > {shown(command, _LINE)}", dim=True)


def _coloured(line: str) -> str:
    if line.startswith(("---", "+++")):
        return click.style(line, bold=True)
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return click.style(line, fg=colour) if colour else line
