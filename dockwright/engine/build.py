"""Build one image with the engine's classic builder: a context in, an image ID out."""

from __future__ import annotations

import io
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docker import APIClient

from dockwright.errors import DockwrightError

Say = Callable[[str], None]

# "Step 3/9 : RUN apt-get update": the classic builder counts every instruction of the file
_STEP = re.compile(r"Step (\d+)/(\d+) : (.*)")
# what the builder says of itself between a program's lines, and how it colours them
_BUILDER = re.compile(r"\s*(--->|Removing intermediate container).*")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LAST_LINES = 20


@dataclass(frozen=True)
class Recipe:
    """What the engine is sent: ``lines`` holds the line (from 1) of each instruction.

    ``fresh`` keeps it from using its cache.
    """

    image: str
    path: str
    lines: Sequence[int]
    dockerfile: str
    context: bytes
    args: Mapping[str, str]
    labels: Mapping[str, str]
    tags: Sequence[str]
    fresh: bool = False


def build(engine: APIClient, recipe: Recipe, say: Say) -> str:
    """Build ``recipe`` and return the image's ID; its tags move only when all of it succeeded.

    Args:
        engine: the SDK's client (`dockwright.engine.connect.client`).
        recipe: the image; its last tag is set last, so that this one vouches for the others.
        say: told each instruction as it begins.

    Raises:
        DockwrightError: an instruction failed: image, file, line, instruction, last output.

    Example:
        >>> build(client(host), recipe, print)  # doctest: +SKIP
        'sha256:…'
    """
    began = time.monotonic()
    progress = _Progress(recipe, say, began)
    stream = engine.build(
        fileobj=io.BytesIO(recipe.context),
        custom_context=True,
        dockerfile=recipe.dockerfile,
        buildargs=dict(recipe.args),
        labels=dict(recipe.labels),
        nocache=recipe.fresh,
        rm=True,
        forcerm=True,
        decode=True,
    )
    found = progress.follow(stream)
    for tag in recipe.tags:
        repository, _, name = tag.rpartition(":")
        engine.tag(found, repository, name)
    say(f"{recipe.image}: built in {time.monotonic() - began:.1f} s")
    return found


class _Progress:
    def __init__(self, recipe: Recipe, say: Say, began: float) -> None:
        self.recipe, self.say, self.began = recipe, say, began
        self.last: deque[str] = deque(maxlen=_LAST_LINES)
        self.number, self.instruction, self.partial = 0, "", ""

    def follow(self, stream: Iterable[Mapping[str, Any]]) -> str:
        image = ""
        for message in stream:
            if "stream" in message:
                self._output(str(message["stream"]))
            if "aux" in message:
                image = str(message["aux"].get("ID", image))
            if "errorDetail" in message or "error" in message:
                raise DockwrightError(self._failure(message))
        if not image:
            raise DockwrightError(
                f"image {self.recipe.image}: the engine ended the build without an image and "
                "without an error (was it stopped?); run it again"
            )
        return image

    def _output(self, text: str) -> None:
        *lines, self.partial = (self.partial + text).split("\n")
        for coloured in lines:
            line = _COLOUR.sub("", coloured).rstrip()
            step = _STEP.fullmatch(line)
            if step is None:
                if line and not _BUILDER.fullmatch(line):
                    self.last.append(line)
                continue
            self.number, self.instruction = int(step[1]), step[3]
            self.last.clear()
            elapsed = time.monotonic() - self.began
            self.say(
                f"{self.recipe.image}: {step[1]}/{step[2]} {_short(step[3])} ({elapsed:.0f} s)"
            )

    def _failure(self, message: Mapping[str, Any]) -> str:
        detail = message.get("errorDetail") or {}
        said = str(detail.get("message") or message.get("error"))
        where = self.recipe.path
        if 0 < self.number <= len(self.recipe.lines):
            where = f"{where}:{self.recipe.lines[self.number - 1]}"
        output = "".join(f"\n    {line}" for line in self.last)
        return (
            f"image {self.recipe.image}: {where}: {_short(self.instruction)}: {said}; "
            f"its former tag stays; its last lines:{output or ' none'}"
        )


def _short(instruction: str) -> str:
    return instruction if len(instruction) <= 72 else f"{instruction[:71]}…"
