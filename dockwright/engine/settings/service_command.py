"""What the command line of a service's engine will be: its start command, variables filled in.

Of systemd's unit the ExecStart and Environment lines and its environment files, of Upstart's
job the exec line and /etc/default/docker: `dockwright.facts.engine` brings them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_VARIABLE = re.compile(rf"\$(?:\{{(?P<braced>{_NAME})[^}}]*\}}|(?P<bare>{_NAME}))")
_ALONE = re.compile(rf"\$(?P<name>{_NAME})")
_ASSIGNED = re.compile(rf"\s*(?:export\s+)?(?P<name>{_NAME})=(?P<value>.*)")


def words(start: Iterable[str], environment: Iterable[str], variables: Iterable[str]) -> list[str]:
    """The words that dockerd is going to be started with; none where nothing says so.

    Args:
        start: the lines that name the command, `ExecStart=…` or `exec …`; the last one counts.
        environment: systemd's `Environment=` lines.
        variables: assignments of its environment files.

    Example:
        >>> words(["ExecStart=/usr/sbin/dockerd $OPTS"], [], ['OPTS="-D --mtu 1400"'])
        ['/usr/sbin/dockerd', '-D', '--mtu', '1400']
    """
    values: dict[str, str] = {}
    for line in environment:
        for word in _split(line.removeprefix("Environment=")):
            name, _, value = word.partition("=")
            values[name] = value
    for line in variables:
        if assignment := _ASSIGNED.fullmatch(line):
            values[assignment["name"]] = _filled(_unquoted(assignment["value"]), values)
    lines = [line.strip() for line in start]
    command = re.sub(r"^(ExecStart\s*=\s*|exec\s+)", "", lines[-1]) if lines else ""
    return list(_expanded(_split(command), values))


def _expanded(command: list[str], values: Mapping[str, str]) -> Iterable[str]:
    for word in command:
        if alone := _ALONE.fullmatch(word):
            # a word of its own becomes as many as it has
            yield from _split(values.get(alone["name"], ""))
        elif re.search(r"dockerd\s", word):
            yield from _expanded(_split(word), values)  # of `sh -c '…'`
        else:
            yield _filled(word, values).replace("%%", "%")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: values.get(match["braced"] or match["bare"], ""), text)


def _unquoted(value: str) -> str:
    # without quotes systemd takes a whole line; a shell would take its first word
    value = value.strip()
    if value[:1] not in ("'", '"'):
        return value
    return next(iter(_split(value)), "")


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()  # an open quote
