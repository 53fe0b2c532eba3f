"""A Dockerfile's instructions, as moby's own parser (PyPI ``dockerfile``) finds them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

import dockerfile

from dockwright.errors import DockwrightError, shown

# https://docs.docker.com/reference/dockerfile/ ; the parser lets any word through.
_KNOWN = frozenset(
    {"add", "arg", "cmd", "copy", "entrypoint", "env", "expose", "from", "healthcheck", "label"}
    | {"maintainer", "onbuild", "run", "shell", "stopsignal", "user", "volume", "workdir"}
)


@dataclass(frozen=True)
class Instruction:
    """One instruction: its lower-case ``keyword``, the ``number`` (from 1) of its first line.

    ``flags`` are words such as ``--from=ruby``; ``trigger`` is what an ONBUILD line keeps, and
    ``end`` the number of the last line; ``text`` is all of it, its lines joined.
    """

    keyword: str
    number: int
    values: tuple[str, ...]  # the words behind the keyword and the flags
    flags: tuple[str, ...]
    trigger: Instruction | None = None
    end: int = 0
    text: str = ""

    def copied_from(self) -> list[str]:
        """The images or stages that it copies or mounts from."""
        if self.keyword in ("copy", "add"):
            return [flag[len("--from=") :] for flag in self.flags if flag.startswith("--from=")]
        return [mount["from"] for mount in self._mounts() if "from" in mount]

    def mounted(self) -> list[str]:
        """The paths of the context that a RUN line mounts; an empty text is all of it."""
        return [
            mount.get("source", mount.get("src", ""))
            for mount in self._mounts()
            # a variable may be any type
            if "from" not in mount and mount.get("type", "bind").startswith(("bind", "$"))
        ]

    def _mounts(self) -> list[dict[str, str]]:
        """The fields of each --mount, by name."""
        if self.keyword != "run":
            return []
        mounts = [flag[len("--mount=") :] for flag in self.flags if flag.startswith("--mount=")]
        pairs = [[field.partition("=") for field in _fields(mount)] for mount in mounts]
        return [{key.lower(): value for key, _, value in fields} for fields in pairs]

    def declared(self) -> set[str]:
        """The names of the build arguments that it declares."""
        return {v.partition("=")[0] for v in self.values} if self.keyword == "arg" else set()


def _fields(mount: str) -> list[str]:
    """The fields of a mount, which may stand in quotes; of what is no CSV there are none."""
    try:
        return next(csv.reader([mount]), [])
    except csv.Error:  # a carriage return among them: the engine refuses the mount
        return []


def is_number(stage: str) -> bool:
    """Whether ``stage`` is the number of a stage, as `COPY --from=0` has it.

    Example:
        >>> is_number("0"), is_number("²")
        (True, False)
    """
    return stage.isascii() and stage.isdigit()


# a chain is read more than once in a run, and a text is parsed once
@lru_cache(maxsize=8192)
def instructions(text: str, source: str) -> tuple[Instruction, ...]:
    """The instructions of ``text``, in their order.

    Args:
        text: the Dockerfile.
        source: what errors call it.

    Raises:
        DockwrightError: it does not parse, has an unknown instruction, or is no UTF-8 text.

    Example:
        >>> [line.keyword for line in instructions("FROM ruby\\nRUN true", "Dockerfile")]
        ['from', 'run']
    """
    # The parser's library aborts the whole process on a lone surrogate and cuts lines at a NUL.
    if "\0" in text:
        raise DockwrightError(f"{source}: has a NUL byte; a Dockerfile is UTF-8 text")
    try:
        text.encode("utf-8")
        commands = dockerfile.parse_string(text)
    except UnicodeEncodeError as error:
        raise DockwrightError(f"{source}: not UTF-8; save it as UTF-8 text") from error
    except UnicodeDecodeError as error:
        # moby reads flags byte by byte, and takes 0x85 and 0xa0 within a letter for a space
        raise DockwrightError(
            f"{source}: a flag has letters that Docker's parser can't read; write it in ASCII"
        ) from error
    except dockerfile.GoParseError as error:
        said = shown(str(error))
        raise DockwrightError(f"{source}: {said}; see Docker's Dockerfile reference") from error
    lines = []
    for command in commands:
        # a line that only continues ("\\" and the end) is a command without a word
        keyword = (command.cmd or "").lower()
        if keyword not in _KNOWN:
            written = shown(command.cmd or repr(command.original))
            raise DockwrightError(
                f"{source}:{command.start_line}: {written}: no such instruction; "
                "see Docker's Dockerfile reference"
            )
        trigger = None
        if keyword == "onbuild":
            trigger = _trigger(command.original, f"{source}:{command.start_line}")
        lines.append(
            Instruction(
                keyword,
                command.start_line,
                tuple(command.value),
                tuple(command.flags),
                trigger,
                command.end_line,
                command.original,
            )
        )
    return tuple(lines)


def _trigger(original: str, where: str) -> Instruction:
    """What stands behind ONBUILD, read again: the parser drops the flags of it."""
    kept = original.split(None, 1)[1] if len(original.split(None, 1)) == 2 else ""
    # flags stand in front of a here-document, whose body is not in this text
    before, here, _ = kept.partition("<<")
    try:
        [command] = dockerfile.parse_string(f"{before} /a /b" if here else kept)
    except (dockerfile.GoParseError, ValueError) as error:
        raise DockwrightError(
            f"{where}: {shown(original)}: no instruction behind ONBUILD; "
            "write ONBUILD RUN …, or COPY …"
        ) from error
    keyword = (command.cmd or "").lower()
    if keyword not in _KNOWN - {"onbuild", "from", "maintainer"}:
        raise DockwrightError(
            f"{where}: ONBUILD {shown(command.cmd or '')}: not allowed behind ONBUILD"
        )
    number = int(where.rpartition(":")[2])
    return Instruction(keyword, number, tuple(command.value), tuple(command.flags))
