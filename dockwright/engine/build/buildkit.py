"""BuildKit, through the docker client of the box: the context goes to its standard input."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterable

from pyinfra.api.host import Host

from dockwright.box.answer import Question
from dockwright.box.ask import ask
from dockwright.box.connection import broke
from dockwright.box.privilege import as_root
from dockwright.box.process import run
from dockwright.box.program import LOST
from dockwright.chain.steps import line_of
from dockwright.engine.build import Builder, BuildRequest, Output, Say, failure, not_found
from dockwright.engine.place import EXPORT
from dockwright.errors import DockwrightError
from dockwright.scripts import text

# Clients of 20.10 and before 23 have BuildKit within, later ones in the plugin buildx. Older
# ones don't take a secret from the environment.
HAS = r"""
docker buildx version >/dev/null 2>&1 && { echo yes; exit; }
docker --version 2>/dev/null | sed -nE 's/.* version 20\.([1-9][0-9]).*/yes/p'
"""

# Standard input: a line for each argument (a), value of a build argument (v) and secret (s), in
# base64, since a command line is shown by `ps` and bounded; then the context's size and the
# context. Whoever ends standard input after that is gone, and the build with it. What the client
# keeps goes to a folder in memory.
_BUILD = EXPORT + "\n" + text("build/buildkit")

_VERTEX = re.compile(r"#(\d+) (.*)")
# "[build  2/10] RUN true", with the platform in front where it is not the box's own
_STEP = re.compile(r"\[(?:\S+/\S+ +)?(?:(\S+) +)? *(\d+)/(\d+)\] (.*)")
_OUTPUT = re.compile(r"\d+\.\d+ (.*)")
_EXIT = re.compile(r".*(exit code: \d+)")
# What a shell can export, and the client does not take for itself.
_VARIABLE = re.compile(r"(?!(?:DOCKER|BUILDX|BUILDKIT|LD|OTEL)_)[A-Za-z_][A-Za-z0-9_]*")
_ID = re.compile(r"[A-Za-z0-9_.-]+")
_MADE = "dockwright-image "


def has_buildkit(host: Host) -> bool:
    """Whether the docker client of ``host`` builds with BuildKit, secrets included.

    Example::

        has_buildkit(host)  # True
    """
    return "yes" in ask(host, Question(HAS, "its docker client"), as_root(host)).lines()


def buildkit(host: Host) -> Builder:
    """A builder on ``host``; nothing of it is left there but the image and BuildKit's cache.

    Raises (when it builds):
        DockwrightError: an instruction failed, a secret can't be passed, the connection broke.

    Example::

        buildkit(host)(recipe, print)  # 'sha256:…'
    """

    def build(recipe: BuildRequest, say: Say) -> str:
        progress = _Progress(recipe, say)
        status = run(host, _BUILD, _input(recipe), progress.take)
        if status == LOST:
            raise DockwrightError(
                f"image {recipe.image}: {broke(host, way='its former tag stays; run it again')}"
            )
        if status != 0 or not progress.image:
            raise progress.failure()
        return progress.image

    return build


def _input(recipe: BuildRequest) -> Iterable[bytes]:
    arguments = ["--file", recipe.dockerfile]
    for name, value in recipe.args.items():
        if _VARIABLE.fullmatch(name):
            arguments.append(f"--build-arg={name}")
            yield _line("v", f"export {name}={shlex.quote(value)}")
        else:
            arguments.append(f"--build-arg={name}={value}")
    arguments += [f"--label={name}={value}" for name, value in recipe.labels.items()]
    arguments += ["--no-cache"] if recipe.fresh else []
    arguments += [f"--platform={recipe.platform}"] if recipe.platform else []
    for number, (name, value) in enumerate(recipe.secrets.items(), 1):
        if not _ID.fullmatch(name) or "\0" in value:
            raise DockwrightError(
                f"image {recipe.image}: secret {name!r}: its id is letters, digits, _ . -, and its "
                "value has no NUL byte"
            )
        arguments.append(f"--secret=id={name},env=DOCKWRIGHT_SECRET_{number}")
        yield _line("s", value)
    for argument in arguments:
        yield _line("a", argument)
    yield b"size %d\n" % len(recipe.context)
    if isinstance(recipe.context, bytes):
        yield recipe.context
    else:
        yield from recipe.context


def _line(key: str, text: str) -> bytes:
    return b"%s %s\n" % (key.encode(), base64.b64encode(text.encode()))


class _Progress:
    """What `--progress plain` says: lines `#4 …`, by vertex, several at once."""

    def __init__(self, recipe: BuildRequest, say: Say) -> None:
        self.recipe, self.say = recipe, say
        self.image = ""
        self.steps: dict[str, re.Match[str]] = {}
        self.outputs: dict[str, Output] = {}
        self.failed: tuple[str, str] | None = None
        self.rest = Output(recipe.secrets)

    def take(self, line: str) -> None:
        if line.startswith(_MADE):
            self.image = line[len(_MADE) :].strip()
            return
        vertex = _VERTEX.fullmatch(line)
        if vertex is None:
            self.rest.add(line)
            return
        number, said = vertex.groups()
        step = _STEP.fullmatch(said)
        output = _OUTPUT.fullmatch(said)
        if step is not None:
            self._begin(number, step)
        elif output is not None:
            self._output(number).add(output[1])
        elif said.startswith("ERROR: "):
            self.failed = (number, said[len("ERROR: ") :])

    def _begin(self, number: str, step: re.Match[str]) -> None:
        if number in self.steps:
            return
        self.steps[number] = step
        totals = {begun[1]: int(begun[3]) for begun in self.steps.values()}
        listed = sum(len(stage.lines) for stage in self.recipe.stages)
        self.say(len(self.steps), max(listed, sum(totals.values())), step[4])

    def _output(self, number: str) -> Output:
        return self.outputs.setdefault(number, Output(self.recipe.secrets))

    def failure(self) -> DockwrightError:
        if self.failed is not None and self.failed[0] in self.steps:
            number, said = self.failed
            step = self.steps[number]
            line = line_of(self.recipe.stages, step[1] or "", int(step[2]), int(step[3]), step[4])
            code = _EXIT.fullmatch(said)
            words = code[1] if code else said
            return failure(self.recipe, line, step[4], words, self._output(number))
        # the builder's own last word: an image it can't find, an engine that stopped
        last = self.rest.last[-1] if self.rest.last else "docker build ended without a word"
        for prefix in ("ERROR: ", "failed to solve: "):
            last = last.removeprefix(prefix)
        none = Output(self.recipe.secrets)
        every = " ".join(self.rest.last)
        return not_found(self.recipe, every, last, none) or failure(
            self.recipe, None, "", last, none
        )
