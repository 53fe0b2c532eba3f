"""What a box remembers of the runs that changed it, or could have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyinfra.api.state import State

from dockwright.box.fact import Fact
from dockwright.box.record import RUNS
from dockwright.box.this_run import once
from dockwright.facts.of_each import of_each
from dockwright.site.members import SiteMember, member
from dockwright.value import Value

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
        records = []
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:
                continue  # the end of it was lost, with the disk full or the power gone
            if isinstance(record, dict):
                records.append(record)
        return records


@dataclass(frozen=True)
class Last(Value):
    """What the records of a box say of the last runs.

    Args:
        commit: of the site, in the youngest record that has one; empty: none has.
        began: when the last run began that recorded the boxes of its site, UTC as ISO 8601.
        members: those boxes; None: no run has recorded them.
        is_first: whether there is no record at all.
    """

    commit: str = ""
    began: str = ""
    members: dict[str, SiteMember] | None = None
    is_first: bool = True


class LastRun(Fact[Last]):
    """What a box remembers of the last runs: the site's commit, and the boxes of the site.

    Example::

        host.get_fact(LastRun).commit  # '8070c6152d1e'
    """

    about = "its last run"

    def script(self) -> str:
        # what was not a commit's name is no record of ours
        return (
            f"[ ! -s {RUNS} ] || echo some\n"
            f"tail -n 50 {RUNS} 2>/dev/null | sed -n "
            '\'s/.*"commit": "\\([0-9a-f]\\{7,40\\}+\\{0,1\\}\\)".*/commit \\1/p\' | tail -n 1\n'
            f"cat {RUNS}.1 {RUNS} 2>/dev/null | sed -n "
            '\'s/^\\({.*"members": {".*}\\)$/members \\1/p\' | tail -n 1'
        )

    @staticmethod
    def default() -> Last:
        return Last()

    def read(self, lines: Iterable[str]) -> Last:
        answers = dict(line.partition(" ")[::2] for line in lines)
        commit = answers.get("commit", "")
        began, members = _members(answers.get("members", ""))
        return Last(
            commit if _COMMIT.fullmatch(commit) else "", began, members, "some" not in answers
        )


def _members(line: str) -> tuple[str, dict[str, SiteMember] | None]:
    try:
        record = json.loads(line)
        members = {str(box): member(one) for box, one in record["members"].items()}
        return str(record["began"]), members
    except (ValueError, LookupError, TypeError, AttributeError):
        return "", None  # the end of it was lost


def last_runs(run: State) -> dict[str, Last]:
    """What the boxes of ``run`` say of their last runs, by box, asked once; of those that answer.

    Example::

        last_runs(state)["app1"].commit  # '8070c6152d1e'
    """

    def ask() -> dict[str, Last]:
        names = [str(host.name) for host in run.inventory if host in run.active_hosts]
        said = of_each(run, names, LastRun)
        # what a box does not answer is told by what is asked of it next
        return {box: one for box, one in said.items() if isinstance(one, Last)}

    return once(run, "last runs", ask)
