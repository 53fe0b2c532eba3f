"""A file written on a box: through standard input, and whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.command import PyinfraCommand
from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box import log
from dockwright.box.process import do
from dockwright.commands.no_room import explained
from dockwright.commands.told import WholeFile
from dockwright.errors import DockwrightError, shown


class Write(PyinfraCommand):
    """Write ``text`` to ``path``, replacing a file or link there.

    pyinfra's upload goes through a world-readable file in /tmp where sudo is used; here the
    text goes to a command's standard input, and the new file takes the old one's place at once.

    Args:
        path: absolute path; its folder must be there.
        text: the whole content; neither in an argument nor in a log. A lone surrogate is a byte
            that is not UTF-8, and is written as that byte.
        mode: access bits, such as 0o600.
        owner: ``user:group``, as names or numbers.

    Example::

        Write("/etc/dockwright/env/zenweb.web.1.env", text, mode=0o600)
    """

    def __init__(
        self, path: str, text: str, *, mode: int = 0o644, owner: str = "root:root"
    ) -> None:
        super().__init__()
        if not path.startswith("/") or "\0" in path:
            raise DockwrightError(f"file {path!r}: not an absolute path; write it from /")
        self.path, self.text, self.mode, self.owner = path, text, mode, owner

    def __repr__(self) -> str:
        return f"Write({self.path}, {self.mode:o}, {self.owner})"

    def told(self) -> Iterator[WholeFile]:
        """The file."""
        yield WholeFile(self.path, self.text, self.mode, self.owner)

    def command(self) -> StringCommand:
        """The command line; the text is its standard input."""
        path, fresh = QuoteString(self.path), QuoteString(f"{self.path}.dockwright-new")
        return StringCommand(
            # a left-over of a broken run may have another mode
            "umask 077 && rm -f", fresh, "&& cat >", fresh,
            "&& chown", QuoteString(self.owner), fresh,
            "&& chmod", QuoteString(f"{self.mode:o}"), fresh,
            # a folder that has the file's name goes if it is empty, and is an error else
            "&& if [ -d", path, "] && [ ! -L", path, "]; then rmdir", path, "; fi",
            # -T: it is no place to move the file into
            "&& mv -fT", fresh, path,
        )  # fmt: skip

    def execute(self, state: State, host: Host, connector_arguments: Any) -> bool:
        text = self.text.encode("utf-8", "surrogateescape")
        done = do(host, self.command(), connector_arguments, text)
        if not done.ok:
            why = shown(" ".join(done.errors), 400) or f"exit status {done.status}"
            log.error(host, explained(host, f"{self.path}: not written: {why}"))
        return done.ok
