"""Build one image: a recipe in, an image with its tags out, whichever builder does it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dockwright import sdk
from dockwright.chain.archive import Archive
from dockwright.chain.dockerfile import Parent
from dockwright.chain.external import canonical
from dockwright.chain.steps import Stage
from dockwright.errors import DockwrightError
from dockwright.site.apt_said import AptTrouble, apt_trouble
from dockwright.text import line, lines, without_colours

# Told each instruction as it begins: its number, of how many, and its text.
Say = Callable[[int, int, str], None]

_LAST_LINES = 20
_OF_APT = 60
_APT = re.compile(r"\b(?:[WE]: |Err:)|^\s")  # what it says is in part set in, behind an Err
_LONGEST = 72


@dataclass(frozen=True)
class BuildRequest:
    """What a builder is given.

    ``context`` is its tar, made while it is sent. ``lines`` holds the line (from 1) of each
    instruction, ``stages`` those of each stage's steps, ``outside`` its images of others;
    ``tags`` are ``name:tag``, set in this order; ``fresh`` keeps the builder from its cache;
    ``secrets`` are for RUN --mount=type=secret, by id.
    """

    image: str  # its name
    path: str  # of the Dockerfile, as errors show it
    dockerfile: str  # its name in the context
    context: Archive | bytes = field(repr=False)
    lines: Sequence[int] = ()
    stages: Sequence[Stage] = ()
    outside: Sequence[Parent] = ()
    args: Mapping[str, str] = field(default_factory=dict)  # build arguments, by name
    labels: Mapping[str, str] = field(default_factory=dict)  # that the image gets
    tags: Sequence[str] = ()
    fresh: bool = False
    platform: str | None = None  # such as linux/arm64; None: the engine's own
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


Builder = Callable[[BuildRequest, Say], str]


@dataclass(frozen=True)
class Built:
    """An image of the engine, and its size in bytes with all that is below it."""

    id: str  # sha256:…
    size: int


def build(engine: sdk.APIClient, builder: Builder, recipe: BuildRequest, say: Say) -> Built:
    """Build ``recipe``; its tags move only when all of it succeeded, the last one last.

    Args:
        engine: the SDK's client (`dockwright.engine.client.client`).
        builder: `dockwright.engine.build.classic.classic` or `build_kit.buildkit`.
        recipe: the image.
        say: told each instruction as it begins.

    Raises:
        DockwrightError: an instruction failed: image, file, line, instruction, last output.

    Example::

        build(client(host), buildkit(host), recipe, print).size  # 547000000
    """
    return name(engine, builder(recipe, say), recipe.tags)


def name(engine: sdk.APIClient, image: str, tags: Sequence[str]) -> Built:
    """Give ``image`` its ``tags`` (``name:tag``), in their order.

    Example::

        name(engine, "sha256:…", ["zenweb:r-0123456789ab", "zenweb:latest"])
    """
    for tag in tags:
        repository, _, version = tag.rpartition(":")
        engine.tag(image, repository, version)
    inspection = engine.inspect_image(image)  # type: ignore[no-untyped-call]
    return Built(str(inspection["Id"]), int(inspection["Size"]))


class Output:
    """The last lines of an instruction's output, as a person reads them, without secrets."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        lines = {line for value in secrets.values() for line in value.splitlines() if line.strip()}
        self._hidden = sorted(lines, key=len, reverse=True)
        self.last: deque[str] = deque(maxlen=_LAST_LINES)
        self._of_apt: list[str] = []

    def add(self, line: str) -> None:
        """Keep ``line``."""
        for plain in filter(None, self._plain(line)):
            self.last.append(plain)
            # which mirror did not answer is said long before what comes of it
            if len(self._of_apt) < _OF_APT and _APT.search(plain):
                self._of_apt.append(plain)

    def begin(self) -> None:
        """Forget what another instruction said."""
        self.last.clear()
        self._of_apt.clear()

    def apt(self) -> AptTrouble | None:
        """What apt could not fetch, by what it said of it."""
        return apt_trouble(self._of_apt)

    def clean(self, text: str) -> str:
        """``text`` in one line, without a secret that the instruction printed."""
        return " ".join(self._plain(text))

    def _plain(self, text: str) -> list[str]:
        # a secret may be coloured within, and hold what is shown in another way than it is written
        plain = without_colours(text)
        for hidden in self._hidden:
            plain = plain.replace(hidden, "*MASKED*")
        return [line.rstrip() for line in lines(plain)]


def failure(
    recipe: BuildRequest, line: int | None, instruction: str, said: str, output: Output
) -> DockwrightError:
    """The error of a build that failed, the same for all builders."""
    where = recipe.path if line is None else f"{recipe.path}:{line}"
    what = f"{short(output.clean(instruction))}: " if instruction else ""
    last = "".join(f"\n    {line}" for line in output.last)
    trouble = output.apt()
    cause = "" if trouble is None else f": {trouble.line}"
    return DockwrightError(
        f"image {recipe.image}: {where}: {what}{output.clean(said)}{cause}; "
        f"its former tag stays; its last lines:{last or ' none'}"
    )


def not_found(
    recipe: BuildRequest, every: str, said: str, output: Output
) -> DockwrightError | None:
    """The error of a build that ended at an image of others, with its line; None for another.

    ``every`` is all that the builder said, of which ``said`` is the end.
    """
    for parent in recipe.outside:
        if str(canonical(parent.image)) in every:
            way = (
                f"{said}; where it can't be pulled from: dockwright images mirror {parent.image} "
                "--from FILE puts it into the site's registry"
            )
            return failure(recipe, parent.line, parent.image, way, output)
    return None


def short(instruction: str) -> str:
    """An instruction cut to the length of a line."""
    return line(" ".join(instruction.split()), _LONGEST)
