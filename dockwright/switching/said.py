"""What a box's init knows of jobs since a moment: what their containers said, and how often the
init had to start them again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyinfra.api.host import Host

from dockwright.box import unanswered
from dockwright.box.answer import Question
from dockwright.box.ask import ask
from dockwright.errors import BoxError
from dockwright.inits.init import Init
from dockwright.text import lines

LAST = 20  # lines
# Lines that are the same are counted on the box: it may have millions of them.
_FOLD = f"cut -b 1-4000 | uniq -c | tail -n {LAST}"
_COUNTED = re.compile(r" *(?P<count>[0-9]+) (?P<line>.*)", re.DOTALL)


class Said:
    """What the jobs of a box said behind their marks.

    Args:
        host: the box.
        kind: its init.
        how: pyinfra's arguments that say as whom it is asked.

    Example::

        said = Said(host, INITS["systemd"], as_root(host))
    """

    def __init__(self, host: Host, init: Init, how: Mapping[str, Any]) -> None:
        self.host, self.kind, self.how = host, init, how
        self._marks: dict[str, str] = {}
        self._restarts: dict[str, int] = {}

    def mark(self, jobs: Iterable[str]) -> float:
        """Take note of where the jobs' logs stand; the box's time, in seconds since 1970.

        Example::

            said.mark(["zenweb.web.1"])  # 1795500000.25
        """
        named = list(jobs)
        script = "date +%s.%N\n" + "".join(
            f'echo "$({self.kind.restarts(job)})"\necho "$({self.kind.mark(job)})"\n'
            for job in named
        )
        moment, *answers = self._asked(script, "where its logs stand")
        for job, restarts, mark in zip(named, answers[::2], answers[1::2], strict=True):
            self._restarts[job], self._marks[job] = int(restarts or 0), mark
        return float(moment)

    def last_lines(self, job: str) -> list[str]:
        """The last lines that the job's containers wrote behind its mark, the same ones once.

        Example::

            said.last_lines("zenweb.web.1")  # ['cannot reach the database (17 times)']
        """
        script = f"{{ {self.kind.since(job, self._marks.get(job, ''))}; }} 2>/dev/null | {_FOLD}"
        return list(folded(self._asked(script, f"the last lines of {job}")))

    def restarts(self, job: str) -> int:
        """How often the init itself started the job again behind its mark, where it counts that.

        Example::

            said.restarts("zenweb.web.1")  # 0
        """
        answers = self._asked(f'echo "$({self.kind.restarts(job)})"', f"the restarts of {job}")
        count, before = int(answers[0] or 0), self._restarts.get(job, 0)
        # who starts the job by hand has the init count anew
        self._restarts[job] = before = min(count, before)
        return count - before

    def _asked(self, script: str, what: str) -> list[str]:
        return asked(self.host, script, what, self.how)


def asked(host: Host, script: str, what: str, how: Mapping[str, Any]) -> list[str]:
    """The lines that a box's answer has.

    Raises:
        BoxError: there is none, or the script failed.

    Example::

        asked(host, "date +%s", "its time", as_root(host))  # ['1795500000']
    """
    answer = ask(host, Question(script, what), how)
    if answer.status:
        raise BoxError(unanswered.failed(str(host.name), what, answer.status, answer.errors))
    return answer.lines()


def folded(counted: Iterable[str]) -> Iterator[str]:
    """Lines as ``uniq -c`` writes them, made fit for a terminal; how often each came, if twice.

    Example:
        >>> list(folded(["      1 starting", "     17 cannot reach the database"]))
        ['starting', 'cannot reach the database (17 times)']
    """
    for one in counted:
        if (match := _COUNTED.fullmatch(one)) is not None:
            times = "" if match["count"] == "1" else f" ({match['count']} times)"
            text = lines(match["line"].encode("utf-8", "surrogateescape"))
            yield f"{text[0] if text else ''}{times}"
