"""A plan as lines for a terminal; the colours are taken out again where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import click

from dockwright.run.planned import Plan, Planned
from dockwright.text import line as shown

_TITLES = {
    "change": ("~", "would change", "yellow"),
    "unknown": ("?", "known after apply", "magenta"),
    "action": (">", "runs every time", "blue"),
}
_LINE = 200
_OF_A_FILE = 4000  # what differs may stand at its end


def lines(plan: Plan) -> Iterator[str]:
    """What differs, box by box, and the summary.

    Example:
        >>> list(lines(Plan("deploy/site.py", ("docker",), ())))
        ['1 box, 0 operations: as declared']
    """
    for box in plan.boxes:
        told = [op for op in plan.operations if op.box == box and op.status != "current"]
        if told:
            yield click.style(shown(box, _LINE), bold=True)
        for operation in told:
            yield from _operation(operation)
        if told:
            yield ""
    yield click.style(shown(plan.summary(), _OF_A_FILE), fg="yellow" if plan.drift else "green")


def _operation(operation: Planned) -> Iterator[str]:
    sign, title, colour = _TITLES[operation.status]
    yield click.style(f"  {sign} {shown(operation.name, _LINE)}: {title}", fg=colour)
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
