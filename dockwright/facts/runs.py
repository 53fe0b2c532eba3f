"""What a box remembers of the runs that changed it, or could have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from dockwright.box.fact import Fact
from dockwright.box.record import RUNS

_COMMIT = re.compile(r"[0-9a-f]{7,40}\+?")


class Runs(Fact[list[dict[str, Any]]]):
    """The records of a box, the oldest first.

    Example::

        host.get_fact(Runs)[-1]["result"]  # 'ok'
    """

    about = "its records of runs"

    def script(self) -> str:
        # the last line of either may have lost its end
        return f"for part in {RUNS}.1 {RUNS}; do cat $part 2>/dev/null && echo; done; true"

    @staticmethod
    def default() -> list[dict[str, Any]]:
        return []

    def read(self, lines: Iterable[str]) -> list[dict[str, Any]]:
        found = []
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:
                continue  # the end of it was lost, with the disk full or the power gone
            if isinstance(record, dict):
                found.append(record)
        return found


class LastCommit(Fact[str]):
    """The commit of the site in the youngest record of a box that has one; empty: none has.

    Example::

        host.get_fact(LastCommit)  # '8070c6152d1e'
    """

    about = "the commit of its last run"

    def script(self) -> str:
        # what was not a commit's name is no record of ours
        return (
            f"tail -n 50 {RUNS} 2>/dev/null | sed -n "
            '\'s/.*"commit": "\\([0-9a-f]\\{7,40\\}+\\{0,1\\}\\)".*/\\1/p\' | tail -n 1'
        )

    @staticmethod
    def default() -> str:
        return ""

    def read(self, lines: Iterable[str]) -> str:
        return next((line for line in lines if _COMMIT.fullmatch(line)), "")
