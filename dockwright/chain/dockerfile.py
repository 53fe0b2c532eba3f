"""What one Dockerfile comes from, read with moby's own parser (PyPI ``dockerfile``)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import dockerfile

from dockwright.errors import DockwrightError

# https://docs.docker.com/reference/dockerfile/ ; the parser lets any word through.
_KNOWN = frozenset(
    {"add", "arg", "cmd", "copy", "entrypoint", "env", "expose", "from", "healthcheck", "label"}
    | {"maintainer", "onbuild", "run", "shell", "stopsignal", "user", "volume", "workdir"}
)
_VARIABLE = re.compile(
    r"\\(?P<escaped>.)|\$(?:(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<operator>:[-+])(?P<word>[^{}]*))?\})"
)


@dataclass(frozen=True)
class Parent:
    """An image that a Dockerfile names, and the line (from 1) that names it."""

    image: str
    line: int


@dataclass(frozen=True)
class _Line:
    keyword: str
    number: int
    values: tuple[str, ...]
    flags: tuple[str, ...]
    trigger: str


@dataclass(frozen=True)
class Dockerfile:
    """What one Dockerfile says of itself.

    ``parents`` are the images it is built from or copies from, in their order, each once;
    ``base`` the one its last stage begins with; ``declared`` the names of its ARGs; ``triggers``
    the images that its ONBUILD lines make a child copy from; ``lines`` the line (from 1) of each
    instruction; ``warnings`` are about lines that no longer mean what they did.
    """

    parents: tuple[Parent, ...]
    base: str
    declared: frozenset[str]
    triggers: tuple[Parent, ...]
    lines: tuple[int, ...]
    warnings: tuple[str, ...]


def parents(text: str, source: str, args: Mapping[str, str] | None = None) -> tuple[Parent, ...]:
    """The images ``text`` is built from or copies from: `understand`'s ``parents``.

    Example:
        >>> parents("ARG BASE=debian:bookworm\\nFROM ${BASE}", "Dockerfile")
        (Parent(image='debian:bookworm', line=2),)
    """
    return understand(text, source, args).parents


def understand(text: str, source: str, args: Mapping[str, str] | None = None) -> Dockerfile:
    """Read a Dockerfile.

    Args:
        text: the Dockerfile.
        source: what errors call it, such as ``images/ruby/Dockerfile``.
        args: build arguments; they win over the defaults of the file's global ARGs.

    Raises:
        DockwrightError: the file does not parse, or a FROM names nothing.

    Example:
        >>> understand("FROM ruby AS build\\nFROM nginx", "Dockerfile").base
        'nginx'
    """
    given = args or {}
    scope: dict[str, str] = {}
    bases: dict[str, str] = {}  # a stage's name, or its number, to the image it begins with
    found: dict[str, Parent] = {}
    triggers: list[Parent] = []
    declared: set[str] = set()
    warnings: list[str] = []
    stages, base = 0, ""
    lines = _lines(text, source)
    for line in lines:
        where = f"{source}:{line.number}"
        named: list[str] = []
        if line.keyword == "arg":
            declared |= {value.partition("=")[0] for value in line.values}
            if not stages:
                for value in line.values:
                    key, equals, default = value.partition("=")
                    if key in given or equals:
                        scope[key] = given.get(key, _expand(default, scope))
        elif line.keyword == "from":
            image = _from(line, where, scope)
            base = bases.get(image.lower(), image)
            named = [image]
        elif line.keyword == "onbuild":
            triggers += [Parent(image, line.number) for image in _copied(line.trigger, line)]
        elif line.keyword == "expose":
            warnings += [_exposed(where, port) for port in line.values if ":" in port]
        else:
            named = _copied(line.keyword, line)
        for image in named:
            is_stage = image.lower() in bases or (line.keyword != "from" and image.isdigit())
            if image != "scratch" and not is_stage:
                found.setdefault(image, Parent(image, line.number))
        if line.keyword == "from":
            bases[line.values[2].lower() if len(line.values) == 3 else f"\0{stages}"] = base
            stages += 1
    if not stages:
        raise DockwrightError(f"{source}: no FROM; begin with the image it is built upon")
    return Dockerfile(
        parents=tuple(found.values()),
        base=base,
        declared=frozenset(declared),
        triggers=tuple(triggers),
        lines=tuple(line.number for line in lines),
        warnings=tuple(warnings),
    )


def _copied(keyword: str, line: _Line) -> list[str]:
    """The images that one instruction copies or mounts from."""
    if keyword in ("copy", "add"):
        return [flag[len("--from=") :] for flag in line.flags if flag.startswith("--from=")]
    if keyword == "run":
        return [image for flag in line.flags for image in _mount_source(flag)]
    return []


def _exposed(where: str, port: str) -> str:
    inside = port.rpartition(":")[2]
    return (
        f"{where}: EXPOSE {port}: published a port in Docker 0.6 and does not now; write "
        f"EXPOSE {inside} here and --publish {port} in the Procfile"
    )


def _from(line: _Line, where: str, scope: Mapping[str, str]) -> str:
    written = " ".join(line.values)
    if len(line.values) not in (1, 3) or (len(line.values) == 3 and line.values[1].lower() != "as"):
        raise DockwrightError(f"{where}: FROM {written}: write FROM image, or FROM image AS stage")
    image = _expand(line.values[0], scope)
    if not image:
        raise DockwrightError(
            f"{where}: FROM {written}: names no image once its arguments are filled in; "
            "give the ARG a default above the first FROM, or pass it"
        )
    return image


def _mount_source(flag: str) -> list[str]:
    if not flag.startswith("--mount="):
        return []
    fields = flag[len("--mount=") :].split(",")
    return [field[len("from=") :] for field in fields if field.startswith("from=")]


def _expand(text: str, scope: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match["escaped"] is not None:
            return match["escaped"]
        current = scope.get(match["plain"] or match["name"], "")
        word = _expand(match["word"] or "", scope)
        if match["operator"] == ":-":
            return current or word
        if match["operator"] == ":+":
            return word if current else ""
        return current

    return _VARIABLE.sub(value, text)


@lru_cache(maxsize=8192)
def _lines(text: str, source: str) -> tuple[_Line, ...]:
    # The parser's library aborts the whole process on a lone surrogate and cuts lines at a NUL.
    if "\0" in text:
        raise DockwrightError(f"{source}: has a NUL byte; a Dockerfile is UTF-8 text")
    try:
        text.encode("utf-8")
        commands = dockerfile.parse_string(text)
    except UnicodeEncodeError as error:
        raise DockwrightError(f"{source}: not UTF-8; save it as UTF-8 text") from error
    except dockerfile.GoParseError as error:
        raise DockwrightError(f"{source}: {error}; see Docker's Dockerfile reference") from error
    lines = []
    for command in commands:
        keyword = command.cmd.lower()
        if keyword not in _KNOWN:
            raise DockwrightError(
                f"{source}:{command.start_line}: {command.cmd}: no such instruction; "
                "see Docker's Dockerfile reference"
            )
        lines.append(
            _Line(
                keyword,
                command.start_line,
                tuple(command.value),
                tuple(command.flags),
                (command.sub_cmd or "").lower(),
            )
        )
    return tuple(lines)
