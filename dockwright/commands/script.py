"""A shell script run on a box as one command; it says what it does, and why it failed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import gevent
from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.command import PyinfraCommand
from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box import log
from dockwright.box.connection import cut
from dockwright.box.process import CLEAN, Done, do
from dockwright.commands.no_room import explained
from dockwright.commands.told import WholeFile, Words
from dockwright.site.apt_said import apt_trouble

_LAST_LINES = 12
_EVERY = 10.0


class Script(PyinfraCommand):
    """Run ``text`` with sh; its standard output is shown at its end, its errors if it fails.

    Args:
        what: what it does, for the lines that say it is still at it.
        text: the script; `set -eu` is its own affair.
        args: ``$1``, ``$2`` and so on.
        stdin: given to its standard input; neither in an argument nor in a log.
        writes: path of the file that ``stdin`` becomes, for a plan to compare.

    Example::

        Script("clean up", "apt-get clean")
    """

    def __init__(
        self,
        what: str,
        text: str,
        *args: str,
        stdin: str | None = None,
        writes: str | None = None,
    ) -> None:
        super().__init__()
        self.what, self.text, self.args, self.stdin = what, text, args, stdin
        self.writes = writes

    def __repr__(self) -> str:
        return f"Script({self.what})"

    def told(self) -> Iterator[WholeFile | Words]:
        """The file that it writes, if any, and what it does."""
        if self.writes is not None:
            yield WholeFile(self.writes, self.stdin or "")
        yield Words(self.what)

    def command(self) -> StringCommand:
        """The command line; ``stdin`` is its standard input."""
        text = QuoteString(f"{CLEAN}\n{self.text}")
        return StringCommand("sh", "-c", text, "sh", *map(QuoteString, self.args))

    def run(self, host: Host, how: Mapping[str, Any]) -> Done:
        """Run it on ``host``, and say every ten seconds that it is still at it.

        Args:
            host: the box, which is connected.
            how: pyinfra's arguments that say as whom.

        Raises:
            BoxError: the box stopped answering, or the connection broke.
        """
        stdin = None if self.stdin is None else self.stdin.encode("utf-8", "surrogateescape")
        log.step(host, self.what)
        telling = gevent.spawn(self._tell, host)
        try:
            return do(host, self.command(), how, stdin)
        finally:
            telling.kill()

    def why(self, host: Host, done: Done) -> list[str]:
        """The lines that say why it failed; the last one counts."""
        lines = list(done.errors[-_LAST_LINES:])
        if (trouble := apt_trouble(done.errors)) is not None:
            lines.append(trouble.line)
        if (broke := cut(host, seconds=0 if lines else 1)) is not None:
            lines.append(broke)
        return lines

    def execute(self, state: State, host: Host, connector_arguments: Any) -> bool:
        done = self.run(host, connector_arguments)
        for line in done.output:
            log.info(host, line)
        if not done.ok:
            lines = self.why(host, done)
            for line in lines or [
                f"box {host.name}: {self.what}: ended without a word, as what is killed does; "
                "run it again"
            ]:
                log.error(host, line)
            if (full := explained(host, "\n".join(lines))) != "\n".join(lines):
                log.error(host, f"{self.what}: {full.splitlines()[0]}")
            elif lines:
                log.failed(host, f"{self.what}: {lines[-1]}")
        return done.ok

    def _tell(self, host: Host) -> None:
        began = time.monotonic()
        while True:
            gevent.sleep(_EVERY)
            took = time.monotonic() - began
            log.info(host, f"{self.what}: still at it after {took:.0f} s")
