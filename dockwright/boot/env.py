"""The environment that a site gives a leaf's containers: which names and values can arrive."""

import re
from collections.abc import Mapping, Sequence

from dockwright.boot.procfile import parse
from dockwright.boot.run_line import Option, read
from dockwright.errors import DockwrightError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# The values pass through the environment of the docker client, and these would steer the client,
# its loader or the shell that starts it: DOCKER_HOST, LD_PRELOAD, dash's OPTIND.
_STEERING = re.compile(r"DOCKER_.*|LD_.*|OPTIND")


def checked(env: Mapping[str, str], where: str) -> tuple[tuple[str, str], ...]:
    """``env`` by name; an error names the variable, never its value.

    Raises:
        DockwrightError: not a name, a value that is no UTF-8 text, a name that is not free.

    Example:
        >>> checked({"B": "2", "A": "1"}, "env of zenweb")
        (('A', '1'), ('B', '2'))
    """
    for name, value in env.items():
        if not _NAME.fullmatch(name):
            raise DockwrightError(
                f"{where}: {name!r}: not a variable's name; use letters, digits and _, "
                "no digit first"
            )
        if _STEERING.fullmatch(name):
            raise DockwrightError(
                f"{where}: {name}: would steer the docker client itself; "
                f"write --env {name}=… in the Procfile"
            )
        if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise DockwrightError(f"{where}: {name}: has a NUL or is not UTF-8; encode it first")
    return tuple(sorted(env.items()))


def asked(procfile: str, source: str) -> frozenset[str]:
    """The names that a Procfile's run lines want from the site: ``--env NAME``, without a value.

    Args:
        procfile: its text.
        source: what errors call it.

    Raises:
        DockwrightError: the Procfile, or a run line in it, does not parse.

    Example:
        >>> sorted(asked("web: docker run --env TOKEN --env LANG=C web", "Procfile"))
        ['TOKEN']
    """
    return frozenset(
        value
        for process in parse(procfile, source)
        for option, value in read(process.command, f"{source}:{process.line}").options
        if option == "env" and value is not None and "=" not in value and value != "PORT"
    )


def merged(
    options: Sequence[Option], env: Sequence[tuple[str, str]], port: int, where: str
) -> tuple[list[Option], list[str]]:
    """The ``options`` with ``env`` added by name only, and notices of what it replaced.

    The site's value replaces the run line's. A ``--env NAME`` without a value, which docker takes
    from its caller, must be one the site gives; ``PORT`` is foreman's number.

    Raises:
        DockwrightError: a ``--env NAME`` that nobody gives.

    Example:
        >>> merged([("env", "A=1"), ("init", None)], [("A", "2")], 5000, "Procfile:1")[0]
        [('init', None), ('env', 'A')]
    """
    site_names = {name for name, _ in env}
    kept: list[Option] = []
    notices: list[str] = []
    for option, value in options:
        name, equals, _ = (value or "").partition("=")
        if option != "env":
            kept.append((option, value))
        elif name in site_names:
            if equals:
                notices.append(f"{where}: --env {name}: left out; the site gives another value")
        elif equals:
            kept.append((option, value))
        elif name == "PORT":
            kept.append((option, f"PORT={port}"))
        else:
            raise DockwrightError(
                f"{where}: --env {name}: a boot job has no such variable; "
                f"write --env {name}=value, or give it by the site's env (boot export: --env)"
            )
    return [*kept, *(("env", name) for name, _ in env)], notices
