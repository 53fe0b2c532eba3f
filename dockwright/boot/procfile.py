"""A leaf's Procfile: which processes it has, and the line each is started with."""

import re
from dataclasses import dataclass

from dockwright.boot.calendar import taken
from dockwright.errors import DockwrightError

RELEASE = "release"

_LINE = re.compile(r"(?P<name>[A-Za-z0-9_-]+):[ \t]*(?P<command>\S.*)")


@dataclass(frozen=True)
class Process:
    """A process of a leaf, its command as written, and its line (from 1) in the Procfile.

    ``when`` are the times at which it runs, in systemd's words, where it does not live on.
    """

    name: str
    command: str
    line: int
    when: str | None = None

    @property
    def lives(self) -> bool:
        """Whether it is kept up; else it ends by itself: `release`, or one that has times.

        Example:
            >>> Process("release", "docker run web", 1).lives
            False
        """
        return self.name != RELEASE and self.when is None


def parse(text: str, source: str) -> tuple[Process, ...]:
    """The processes of the Procfile ``text``, in its order.

    The format is Heroku's (https://devcenter.heroku.com/articles/procfile). foreman and honcho
    skip a line they cannot read; here it is an error, since a leaf would lack a process. Ours are
    the times that may stand first in a line: ``clean: @daily docker run web clean``.

    Args:
        text: the Procfile.
        source: what errors call it, such as ``images/web/Procfile``.

    Raises:
        DockwrightError: a line that does not parse, a name given twice, no process at all, times
            that are none.

    Example:
        >>> parse("# the site\\nweb: docker run web\\n", "Procfile")
        (Process(name='web', command='docker run web', line=2, when=None),)
    """
    processes: dict[str, Process] = {}
    # str.splitlines would also cut at a form feed or U+2028, which are part of a command
    for number, written in enumerate(text.split("\n"), start=1):
        line = written.rstrip()
        if not line or line.lstrip().startswith("#"):
            continue
        where = f"{source}:{number}"
        match = _LINE.fullmatch(line)
        if match is None or "\0" in line or "\r" in line:
            raise DockwrightError(
                f"{where}: {line[:60]!r}: not a process; write NAME: docker run … , "
                "the name of letters, digits, - and _"
            )
        name = match["name"]
        if name in processes:
            raise DockwrightError(
                f"{where}: {name}: also on line {processes[name].line}; rename one of the two"
            )
        when, command = taken(match["command"], where)
        if when is not None and name == RELEASE:
            raise DockwrightError(
                f"{where}: {name}: runs before each switch, and has no times; rename one that has"
            )
        processes[name] = Process(name, command, number, when)
    if not processes:
        raise DockwrightError(f"{source}: no process in it; write a line NAME: docker run IMAGE")
    return tuple(processes.values())
