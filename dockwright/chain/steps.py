"""Which line of a Dockerfile BuildKit means by `[build 2/3]`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dockwright.chain.instructions import instructions

# What makes a step of its own; the others only set values of the image.
_COUNTED = frozenset({"add", "copy", "run", "workdir"})


@dataclass(frozen=True)
class Stage:
    """A stage as BuildKit calls it, and the line (from 1) of each of its steps.

    ``texts`` are what they say, with a blank for each space, where that is known; ``begins`` is
    the line of its FROM, which is no step where it names scratch or an earlier stage.
    """

    name: str
    lines: tuple[int, ...]
    texts: tuple[str, ...] = ()
    begins: int | None = None


def stages(text: str, source: str) -> tuple[Stage, ...]:
    """The stages of a Dockerfile; the only one has no name unless it is given one.

    FROM is a step unless it names scratch or an earlier stage.

    Raises:
        DockwrightError: it does not parse.

    Example:
        >>> stages("FROM ruby AS build\\nENV A=1\\nRUN true", "Dockerfile")
        (Stage(name='build', lines=(1, 3), texts=('FROM ruby AS build', 'RUN true'), begins=1),)
    """
    names: list[str] = []
    lines: list[list[int]] = []
    texts: list[list[str]] = []
    begins: list[int] = []
    for line in instructions(text, source):
        if line.keyword == "from":
            inside = line.values[0].lower() in ("scratch", *names)
            names.append(line.values[2].lower() if len(line.values) == 3 else "")
            lines.append([] if inside else [line.number])
            texts.append([] if inside else [_plain(line.text)])
            begins.append(line.number)
        elif line.keyword in _COUNTED and lines:
            lines[-1].append(line.number)
            texts[-1].append(_plain(line.text))
    if len(names) > 1:
        names = [name or f"stage-{number}" for number, name in enumerate(names)]
    each = zip(names, lines, texts, begins, strict=True)
    return tuple(Stage(n, tuple(steps), tuple(text), begin) for n, steps, text, begin in each)


def line_of(
    stages: Sequence[Stage], name: str, number: int, total: int, instruction: str = ""
) -> int | None:
    """The line of step ``number`` of ``total`` of stage ``name``, or None where none fits.

    ONBUILD lines of the image below run right after FROM, and are told as its. BuildKit may leave
    them out of its total, and goes past it: a step is the file's own where it says what one of
    the file's lines does.

    Args:
        stages: of the Dockerfile, in its order.
        name: the stage's.
        number: the step's, from 1.
        total: of the stage's steps, as BuildKit says.
        instruction: what it shows of the step.

    Example:
        >>> line_of([Stage("", (1, 4))], "", 2, 2), line_of([Stage("", (1, 4))], "", 2, 3)
        (4, 1)
    """
    for stage in stages:
        if stage.name != name or not stage.lines:
            continue
        begin = stage.begins or stage.lines[0]
        own = [line for line, text in zip(stage.lines, stage.texts, strict=False)
               if text == _plain(instruction)]  # fmt: skip
        if own:
            return own[0]
        at = number - 1 - max(0, total - len(stage.lines))
        if not 0 <= at < len(stage.lines):
            return begin
        shown = _plain(instruction)
        if not shown or not stage.texts or _may_be(shown, stage.texts[at]):
            return stage.lines[at]
        return begin
    return None


def _plain(text: str) -> str:
    return " ".join(text.split())


def _may_be(shown: str, text: str) -> bool:
    """Whether BuildKit may show ``text`` so: it fills in variables, and shortens bodies."""
    keyword = text.partition(" ")[0].upper()
    if shown.partition(" ")[0].upper() != keyword:
        return False
    return keyword == "FROM" or "$" in text or "<<" in text or shown == text
