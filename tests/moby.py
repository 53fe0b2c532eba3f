"""Dockerfiles as moby's own parser reads them (PyPI ``dockerfile``, BuildKit 0.12): an oracle."""

import re

import dockerfile

from dockwright.chain.instructions import Instruction

_REFUSED_BEHIND_ONBUILD = {"onbuild", "from", "maintainer"}

Row = tuple[str, int, int, tuple[str, ...], tuple[str, ...], object]


def read(text: str) -> list[Row] | None:
    """Keyword, first line, last line, flags, values and trigger of each; None: it is refused."""
    try:
        commands = dockerfile.parse_string(text)
        return [_row(command, _directive(text)) for command in commands]
    # UnicodeDecodeError: flags are read byte by byte
    except (dockerfile.GoParseError, ValueError):
        return None


def row(one: Instruction) -> Row:
    """The same of what we read."""
    trigger = one.trigger and (one.trigger.keyword, one.trigger.flags, one.trigger.values)
    return (one.keyword, one.number, one.end, one.flags, one.values, trigger)


def _row(command: dockerfile.Command, directive: str) -> Row:
    keyword = (command.cmd or "").lower()
    trigger = None
    if keyword == "onbuild":
        inner = _kept(re.sub(r"^\s*\S+\s*", "", command.original), directive)
        behind = (inner.cmd or "").lower()
        _check(behind, _REFUSED_BEHIND_ONBUILD)
        trigger = (behind, _ascii(inner.flags), command.value)
    _check(keyword)
    flags = () if trigger else _ascii(command.flags)
    return (keyword, command.start_line, command.end_line, flags, command.value, trigger)


def _directive(text: str) -> str:
    """The line that makes ` the escape of a file, where one does."""
    match = re.match(r"\ufeff?(?:#\s*syntax\s*=.*\n)?(#\s*escape\s*=\s*`\s*\n)", text, re.I)
    return match[1] if match else ""


def _kept(text: str, directive: str) -> dockerfile.Command:
    """What ONBUILD keeps, read again for its flags, which the parser drops."""
    try:
        [command] = dockerfile.parse_string(directive + text)
    except dockerfile.GoParseError:
        # the body of a here-document is not in this text
        before, here, _ = text.partition("<<")
        if not here:
            raise
        [command] = dockerfile.parse_string(f"{directive}{before} /a /b")
    return command


def _check(keyword: str, refused: set[str] = frozenset()) -> None:
    # the parser lets any word through: the builder refuses it
    if keyword not in dockerfile.all_cmds() or keyword in refused:
        raise ValueError(keyword)


def _ascii(flags: tuple[str, ...]) -> tuple[str, ...]:
    if not all(flag.isascii() for flag in flags):
        raise ValueError(flags)
    return flags
