"""Upstart's jobs and their states, whatever they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dockwright.box.fact import Fact

# A job is called as its file is, below /etc/init and without .conf: blanks, dots and dashes are
# legal, and its instance's name is what its `instance` stanza makes of any value. Lines of further
# processes begin with a tab. Source: initctl(8), "status", and initctl.c of Upstart 1.5.
_LINE = re.compile(
    r"(?P<job>[^\t].*?)(?: \((?P<instance>.*)\))? (?P<goal>start|stop|respawn)/(?P<state>[a-z-]+)"
    r"(?:, (?:\([a-z-]+\) )?process [0-9]+)?"
)


def state(line: str) -> tuple[str, str, str] | None:
    """(job, instance, ``GOAL/STATE``) of a line of ``initctl list``; None for any other line.

    Example:
        >>> state("tty (a b) start/running, process 4"), state("my-app-1.web stop/waiting")
        (('tty', 'a b', 'start/running'), ('my-app-1.web', '', 'stop/waiting'))
    """
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    return match["job"], match["instance"] or "", f"{match['goal']}/{match['state']}"


class UpstartJobs(Fact[dict[str, dict[str, str]]]):
    """The state (``start/running``) of every instance of every Upstart job.

    A job without instances has one of the empty name. pyinfra's own fact knows no digits, dots
    and underscores in names.

    Example::

        host.get_fact(UpstartJobs)["dockwright-zenweb.web.1"]  # {'': 'start/running'}
    """

    about = "its Upstart jobs"

    def script(self) -> str:
        return "! command -v initctl >/dev/null || initctl list"

    @staticmethod
    def default() -> dict[str, dict[str, str]]:
        return {}

    def read(self, lines: Iterable[str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for line in lines:
            told = state(line)
            if told is not None:
                found.setdefault(told[0], {})[told[1]] = told[2]
        return found
