"""What one Dockerfile comes from, as BuildKit reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dockwright.chain.dialect import NEWEST, PLATFORM_ARGS, PLATFORMS, STAGES, VARIABLES, Dialect
from dockwright.chain.frontend import frontend
from dockwright.chain.instructions import Instruction, instructions, is_number
from dockwright.chain.word import expand
from dockwright.errors import DockwrightError, shown

_OPERATOR = re.compile(r"\$\{[A-Za-z_0-9]*[-+#%/]")
_STAGE = re.compile(r"[a-z][a-z0-9._-]*")
_SPECIAL = re.compile(r"[$\\'\"]")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z_0-9]*)")


@dataclass(frozen=True)
class Parent:
    """An image that a Dockerfile names, and the line (from 1) that names it."""

    image: str
    line: int


@dataclass(frozen=True)
class Dockerfile:
    """What one Dockerfile says of itself.

    ``parents`` are the images it is built from or copies from, in their order, each once;
    ``base`` the one its last stage begins with; ``bases`` those that any stage begins with;
    ``stages`` the names of its stages, lower-case; ``declared`` the names of its ARGs;
    ``triggers`` the images that its ONBUILD lines make a child copy from, and
    ``triggered_args`` the names of the ARGs that they declare in it; ``lines`` the line (from 1)
    of each instruction; ``warnings`` are about lines that no longer mean what they did.

    ``begins`` has the image of each FROM that names none of the stages before it.
    ``unused`` are those of ``parents`` that only stages name which the last one does not need:
    BuildKit does not read them. ``frontend`` is the image that reads the file, if it names one.
    ``hangs_on`` has words of `dockwright.chain.dialect` for what another builder may read in
    another way.
    """

    parents: tuple[Parent, ...]
    base: str
    bases: tuple[str, ...]
    stages: frozenset[str]
    declared: frozenset[str]
    triggers: tuple[Parent, ...]
    triggered_args: frozenset[str]
    lines: tuple[int, ...]
    warnings: tuple[str, ...]
    unused: frozenset[str] = frozenset()
    frontend: Parent | None = None
    hangs_on: frozenset[str] = frozenset()
    begins: tuple[Parent, ...] = ()


def parents(text: str, source: str, args: Mapping[str, str] | None = None) -> tuple[Parent, ...]:
    """The images ``text`` is built from or copies from: `understand`'s ``parents``.

    Example:
        >>> parents("ARG BASE=debian:bookworm\\nFROM ${BASE}", "Dockerfile")
        (Parent(image='debian:bookworm', line=2),)
    """
    return understand(text, source, args).parents


def understand(
    text: str, source: str, args: Mapping[str, str] | None = None, dialect: Dialect = NEWEST
) -> Dockerfile:
    """Read a Dockerfile.

    Args:
        text: the Dockerfile.
        source: what errors call it, such as ``images/ruby/Dockerfile``.
        args: build arguments; they win over the defaults of the file's global ARGs.
        dialect: the builder's.

    Raises:
        DockwrightError: the file does not parse, or a FROM names nothing.

    Example:
        >>> understand("FROM ruby AS build\\nFROM nginx", "Dockerfile").base
        'nginx'
    """
    syntax = frontend(text)
    reader = _Reader(source, args or {}, dialect, syntax is not None)
    lines = instructions(text, source)
    for line in lines:
        reader.take(line)
    if not reader.stages:
        raise DockwrightError(f"{source}: no FROM; begin with the image it is built upon")
    reader.check_copies()
    last = reader.onbuild
    unused = frozenset(reader.parents) - reader.used()
    return Dockerfile(
        parents=tuple(reader.parents.values()),
        base=reader.base,
        bases=tuple(dict.fromkeys(reader.stages.values())),
        stages=frozenset(reader.stages),
        declared=frozenset(reader.declared),
        triggers=tuple(Parent(i, line.number) for line in last for i in line.copied_from()),
        triggered_args=frozenset(key for line in last for key in line.declared()),
        lines=tuple(line.number for line in lines),
        warnings=tuple(reader.warnings),
        unused=unused,
        frontend=Parent(*syntax) if syntax else None,
        begins=tuple(reader.begins),
        hangs_on=frozenset(reader.hangs_on | ({STAGES} if unused else set())),
    )


class _Reader:
    """What is known after each instruction, in their order."""

    def __init__(
        self, source: str, args: Mapping[str, str], dialect: Dialect, has_frontend: bool
    ) -> None:
        self.source, self.args = source, args
        # an image that reads the file is newer than the engine, or its user's own choice
        chosen = has_frontend and dialect.buildkit
        self.newer = (dialect.has_patterns or chosen, dialect.has_bare_operators or chosen)
        self.dialect = dialect
        self.scope: dict[str, str] = {
            name: args.get(name, value) for name, value in dialect.global_args().items()
        }
        self.hangs_on: set[str] = set()
        # the images that each stage names, and the earlier stages, by its number
        self.names: list[set[str]] = []
        self.upon: list[set[str]] = []
        self.begins: list[Parent] = []
        self.copies: list[tuple[int, str, int]] = []  # stage, image, line
        self.numbers: dict[str, int] = {}  # of the last stage of a name
        # a stage's name, or its number, to the image it begins with
        self.stages: dict[str, str] = {}
        self.base = ""
        self.parents: dict[str, Parent] = {}
        self.declared: set[str] = set()
        self.onbuild: list[Instruction] = []  # of the stage that is being read
        self.warnings: list[str] = []

    def take(self, line: Instruction) -> None:
        if line.keyword == "arg":
            self.declared |= line.declared()
            if not self.stages:
                self.set_globals(line)
        elif line.keyword == "from":
            self.begin_stage(line)
        elif line.keyword == "onbuild" and line.trigger is not None:
            self.onbuild.append(line.trigger)
        elif line.keyword == "expose":
            self.warnings += [
                f"{self.source}:{line.number}: {_published(port)}"
                for port in line.values
                if ":" in self.shown_only(port)
            ]
        for image in line.copied_from():
            self.name(image, line.number)

    def name(self, image: str, line: int) -> None:
        if "$" in image:
            raise DockwrightError(
                f"{self.source}:{line}: from={shown(image)}: variables aren't filled in here; "
                "write FROM with the variable as a stage above, and name the stage"
            )
        if not self.names:
            return  # in front of the first FROM, as an engine will say
        if image.lower() in self.stages or is_number(image):
            self.upon[-1].add(image.lower())
        elif image != "scratch":
            self.copies.append((len(self.names) - 1, image, line))
            self.parents.setdefault(image, Parent(image, line))
            self.names[-1].add(image)

    def set_globals(self, line: Instruction) -> None:
        for value in line.values:
            key, equals, default = value.partition("=")
            if key in self.args or equals:
                self.scope[key] = self.args.get(key, self.expanded(default, line))
                continue
            self.hangs_on |= {VARIABLES} if key in self.scope else set()
            if self.dialect.unsets_args_without_default:
                self.scope.pop(key, None)
                self.scope |= {key: ""} if self.dialect.buildkit else {}  # declared is set there

    def begin_stage(self, line: Instruction) -> None:
        written = " ".join(line.values)
        where = f"{self.source}:{line.number}: FROM {shown(written)}"
        named = len(line.values) == 3 and line.values[1].lower() == "as"
        if len(line.values) != 1 and not named:
            raise DockwrightError(f"{where}: write FROM image, or FROM image AS stage")
        image = self.expanded(line.values[0], line)
        if not image:
            raise DockwrightError(
                f"{where}: names no image once its arguments are filled in; "
                "give the ARG a default above the first FROM, or pass it"
            )
        self.names.append(set())
        self.upon.append(set())
        if image.lower() in self.stages:
            self.base = self.stages[image.lower()]
            self.upon[-1].add(image.lower())
        else:
            self.base = image
            self.begins.append(Parent(image, line.number))
            if image != "scratch":
                self.parents.setdefault(image, Parent(image, line.number))
                self.names[-1].add(image)
        self.onbuild = []
        stage = self.stage_name(line) if named else f"\0{len(self.stages)}"
        self.stages[stage] = self.base
        self.numbers[stage] = len(self.names) - 1

    def stage_name(self, line: Instruction) -> str:
        written = line.values[2]
        where = f"{self.source}:{line.number}: FROM … AS {shown(written)}"
        if "$" in written:
            self.hangs_on.add(STAGES)
        name = self.expanded(written, line) if self.dialect.fills_in_stages else written
        name = name.lower()
        if not _STAGE.fullmatch(name):
            raise DockwrightError(
                f"{where}: no stage can be called so; begin with a letter, and go on with these, "
                "digits, . _ -"
            )
        if name in self.stages:
            self.hangs_on.add(STAGES)
            if not self.dialect.buildkit:
                raise DockwrightError(
                    f"{where}: another stage is called so too, which {self.dialect} refuses; "
                    "rename one of them"
                )
        return name

    def check_copies(self) -> None:
        """Raise DockwrightError where a stage copies from one that comes later.

        The classic builder takes the name for an image.
        """
        for stage, image, number in self.copies:
            if self.numbers.get(image.lower(), -1) > stage:
                self.hangs_on.add(STAGES)
                if self.dialect.buildkit:
                    raise DockwrightError(
                        f"{self.source}:{number}: from={shown(image)}: a stage that comes later "
                        "is called so, which BuildKit takes it for; rename the stage, or move it up"
                    )

    def used(self) -> set[str]:
        """The images that stages name which the last one needs, itself among them."""
        waiting, needed = [len(self.names) - 1], set[int]()
        while waiting:
            number = waiting.pop()
            if number in needed:
                continue
            needed.add(number)
            for stage in self.upon[number]:
                at = self.numbers[stage] if stage in self.numbers else int(stage)
                waiting += [at] if at < len(self.names) else []
        return set().union(*(self.names[number] for number in needed))

    def shown_only(self, word: str) -> str:
        """A word that decides nothing: what can't be filled in stays as it is written."""
        try:
            return expand(word, self.scope)
        except ValueError:
            return re.sub(r"\$\{[^}]*\}", "", word)

    def expanded(self, word: str, line: Instruction) -> str:
        if not _SPECIAL.search(word):
            return word
        if _OPERATOR.search(word):
            self.hangs_on.add(VARIABLES)
        platform = sorted(PLATFORM_ARGS.intersection(_VARIABLE.findall(word)) - set(self.args))
        if platform:
            self.hangs_on.add(PLATFORMS)
            if not self.dialect.buildkit and platform[0] not in self.scope:
                raise DockwrightError(
                    f"{self.source}:{line.number}: {shown(word)}: {platform[0]} is set by "
                    f"BuildKit, not by {self.dialect}; install docker-buildx on the box, or give "
                    f"ARG {platform[0]} a default above the first FROM"
                )
        try:
            return expand(word, self.scope, self.newer[0], self.newer[1])
        except ValueError as error:
            raise DockwrightError(
                f"{self.source}:{line.number}: {shown(word)}: {shown(str(error))}"
            ) from error


def _published(port: str) -> str:
    inside = "PORT" if "$" in port else port.rpartition(":")[2]
    return (
        f"EXPOSE {shown(port)}: published a port in Docker 0.6 and does not now; write "
        f"EXPOSE {shown(inside)} here and --publish {shown(port)} in the Procfile"
    )
