"""A Dockerfile's instructions, as BuildKit's parser finds them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

from dockwright.chain.grammar import ParsedLine, parse
from dockwright.errors import DockwrightError, shown

# What ONBUILD may keep is what a later build can run.
_NOT_KEPT = frozenset({"onbuild", "from", "maintainer"})


@dataclass(frozen=True)
class Instruction:
    """One instruction: its lower-case ``keyword``, the ``number`` (from 1) of its first line.

    ``flags`` are words such as ``--from=ruby``; ``trigger`` is what an ONBUILD line keeps, and
    ``end`` the number of the last line; ``text`` is its lines joined, here-documents left out.
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
    if "\0" in text:
        raise DockwrightError(f"{source}: has a NUL byte; a Dockerfile is UTF-8 text")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DockwrightError(f"{source}: not UTF-8; save it as UTF-8 text") from error
    lines = [_kept(one, source) if one.is_trigger else _plain(one) for one in parse(text, source)]
    for line in lines:
        if line.keyword == "onbuild" and line.trigger is None:
            raise DockwrightError(
                f"{source}:{line.number}: {shown(line.text)}: no instruction behind ONBUILD; "
                "write ONBUILD RUN …, or COPY …"
            )
    if not lines:
        raise DockwrightError(f"{source}: no instruction in it; begin with FROM and an image")
    return tuple(lines)


def _plain(line: ParsedLine) -> Instruction:
    return Instruction(
        line.keyword, line.number, line.values, line.flags, None, line.end, line.text
    )


def _kept(line: ParsedLine, source: str) -> Instruction:
    """The ONBUILD in front of ``line``."""
    if line.keyword in _NOT_KEPT:
        raise DockwrightError(
            f"{source}:{line.number}: ONBUILD {line.keyword.upper()}: not allowed behind ONBUILD"
        )
    text = f"ONBUILD {line.text}"
    return Instruction("onbuild", line.number, line.values, (), _plain(line), line.end, text)
