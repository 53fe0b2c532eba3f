"""What a leaf runs once, to its end, before a switch: ``release:`` in its Procfile."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.command import PyinfraCommand

from dockwright.box import log
from dockwright.errors import DockwrightError
from dockwright.switching.former import Former, line_of
from dockwright.switching.said import Said, asked

_LATE = 124  # the status of timeout(1) where it had to end what it ran
_WORDS_COME = 3.0  # seconds within which what it wrote last comes to the init's log
# an older one may be at it yet, of a run that was broken off: this one is of another image
_START = 'timeout -k 10 "$@"'


@dataclass(frozen=True)
class Release:
    """A job that runs once before a switch, within ``seconds``.

    ``steps`` write its files, which are at ``paths``, and have the init read them.
    """

    job: str
    unit: str  # the init's name of it
    paths: tuple[str, ...]
    steps: tuple[PyinfraCommand, ...]
    seconds: float

    @property
    def line(self) -> str:
        """What a plan says of it.

        Example:
            >>> Release("app.release.1", "dockwright-app.release.1", (), (), 60).line
            'runs release: before the switch, app.release.1, for 60 s at the most'
        """
        return f"runs release: before the switch, {self.job}, for {self.seconds:g} s at the most"


def run(release: Release, former: Former, do: Callable[[Sequence[PyinfraCommand]], None]) -> None:
    """Run it, and return once it has ended well; nothing else of the leaf is touched.

    Args:
        release: what runs.
        former: the leaf on its box.
        do: executes commands there.

    Raises:
        DockwrightError: it ended with another status than 0, or not in time; its last lines are in
            the error, and its files are gone, so that the next run tries it again.

    Example::

        run(release, former, do)
    """
    host, init = former.host, former.kind
    said = Said(host, init, former.arguments)
    former.say(init.stop, [release.unit], check=False)
    do(release.steps)
    said.mark([release.job])
    log.info(host, release.line)
    began = time.monotonic()
    # the init tells of a task once it has ended
    words = ("sh", "-c", _START, "sh", f"{release.seconds:g}", *init.run(release.unit))
    done = former.do(StringCommand(*map(QuoteString, words)))
    took = time.monotonic() - began
    if done.ok:
        log.info(host, f"{release.job}: ended well after {took:.1f} s")
        return
    status = asked(host, init.status(release.job), "how it ended", former.arguments)
    if done.status == _LATE:
        why = f"did not end within {release.seconds:g} s, and was stopped"
    else:
        why = f"ended with status {status[0]}" if status else "failed"
        why += f" after {took:.0f} s"
    former.say(init.stop, [release.unit], check=False)
    last = "".join(f"\n    {line}" for line in _last_lines(said, release.job))
    former.say(init.clear, [release.unit], check=False)
    former.run(StringCommand("rm", "-f", *map(QuoteString, release.paths)))
    for argv in init.reload:
        former.run(line_of(argv))
    raise DockwrightError(f"{release.job}: {why}; its last lines:{last or ' none'}")


def _last_lines(said: Said, job: str) -> list[str]:
    until = time.monotonic() + _WORDS_COME
    while True:
        time.sleep(0.25)
        lines = said.last_lines(job)
        if lines or time.monotonic() > until:
            return lines
