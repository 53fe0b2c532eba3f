"""A Dockerfile with other names for images that it is built from, all else as it was."""

from __future__ import annotations

from collections.abc import Mapping

from dockwright.chain.dockerfile import understand
from dockwright.chain.external import familiar
from dockwright.chain.instructions import Instruction, instructions
from dockwright.errors import DockwrightError


def stage_names(text: str, source: str) -> frozenset[str]:
    """The names of the stages of a Dockerfile, lower-case.

    Example:
        >>> sorted(stage_names("FROM ruby AS Build\\nFROM scratch", "Dockerfile"))
        ['build']
    """
    return frozenset(
        line.values[2].lower()
        for line in instructions(text, source)
        if line.keyword == "from" and len(line.values) == 3
    )


def renamed(text: str, source: str, names: Mapping[str, str], args: Mapping[str, str]) -> str:
    """``text`` with its FROM lines, and what copies from an image, naming others.

    A line that names a stage is left alone. Lines keep their numbers.

    Args:
        text: the Dockerfile.
        source: what errors call it.
        names: what an engine lists the images as, ``latest`` left out, with the new names.
        args: build arguments, by which a FROM may be filled in.

    Example:
        >>> renamed("FROM ruby AS ruby\\nFROM ruby", "Dockerfile", {"ruby": "x.test/ruby"}, {})
        'FROM x.test/ruby AS ruby\\nFROM ruby'
    """
    rows = text.split("\n")
    stages = stage_names(text, source)
    begins = {one.line: one.image for one in understand(text, source, args).begins}
    for line in instructions(text, source):
        if new := names.get(_listed(begins.get(line.number, ""))):
            rows[line.number - 1] = " ".join(["FROM", *line.flags, new, *line.values[1:]])
            rows[line.number : line.end] = [""] * (line.end - line.number)
        for image in line.copied_from():
            # BuildKit takes a stage that is still to come for one, too
            if (new := names.get(_listed(image))) and image.lower() not in stages:
                _rewrite_flag(rows, line, image, new)
    return "\n".join(rows)


def _listed(image: str) -> str:
    try:
        return familiar(image).removesuffix(":latest")
    except DockwrightError:
        return ""


def _rewrite_flag(rows: list[str], line: Instruction, image: str, new: str) -> None:
    for number in range(line.number - 1, line.end):
        if f"from={image}" in rows[number]:
            rows[number] = rows[number].replace(f"from={image}", f"from={new}", 1)
            return
