"""The engine's classic builder, through the SDK: what every engine has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dockwright import sdk
from dockwright.engine.build import Builder, BuildRequest, Output, Say, failure
from dockwright.errors import DockwrightError

# "Step 3/9 : RUN apt-get update": it counts every instruction of the file
_STEP = re.compile(r"Step (\d+)/(\d+) : (.*)")
# what the builder says of itself between a program's lines
_ITSELF = re.compile(r"\s*(--->|Removing intermediate container).*")


def classic(engine: sdk.APIClient) -> Builder:
    """A builder of ``engine``; it has no secrets.

    Raises (when it builds):
        DockwrightError: an instruction failed, or the recipe has secrets.

    Example::

        classic(client(host))(recipe, print)  # 'sha256:…'
    """

    def build(recipe: BuildRequest, say: Say) -> str:
        if recipe.secrets:
            raise DockwrightError(
                f"image {recipe.image}: secrets ({', '.join(recipe.secrets)}): the classic builder "
                "has none; install docker-buildx on the box, or an engine from 20.10 to 20.x"
            )
        stream = engine.build(
            # requests sends what has a length and pieces as it comes
            fileobj=recipe.context,  # type: ignore[arg-type]
            custom_context=True,
            dockerfile=recipe.dockerfile,
            buildargs=dict(recipe.args),
            labels=dict(recipe.labels),
            nocache=recipe.fresh,
            platform=recipe.platform,
            rm=True,
            forcerm=True,
            decode=True,
        )
        return _Progress(recipe, say).follow(stream)

    return build


class _Progress:
    def __init__(self, recipe: BuildRequest, say: Say) -> None:
        self.recipe, self.say = recipe, say
        self.output = Output(recipe.secrets)
        self.number, self.instruction, self.partial = 0, "", ""

    def follow(self, stream: Iterable[Mapping[str, Any]]) -> str:
        image = ""
        for message in stream:
            if "stream" in message:
                self._take(str(message["stream"]))
            if "aux" in message:
                image = str(message["aux"].get("ID", image))
            if "errorDetail" in message or "error" in message:
                detail = message.get("errorDetail") or {}
                said = str(detail.get("message") or message.get("error"))
                lines = self.recipe.lines
                line = lines[self.number - 1] if 0 < self.number <= len(lines) else None
                raise failure(self.recipe, line, self.instruction, said, self.output)
        if not image:
            raise DockwrightError(
                f"image {self.recipe.image}: the engine ended the build without an image and "
                "without an error (was it stopped?); its former tag stays; run it again"
            )
        return image

    def _take(self, text: str) -> None:
        *lines, self.partial = (self.partial + text).split("\n")
        for line in lines:
            step = _STEP.fullmatch(line.rstrip())
            if step is None:
                if not _ITSELF.fullmatch(line):
                    self.output.add(line)
                continue
            self.number, self.instruction = int(step[1]), step[3]
            self.output.begin()
            # behind the file's own come the labels
            if self.number <= len(self.recipe.lines):
                self.say(self.number, len(self.recipe.lines), step[3])
