"""Which leaves a box has logs of: those it runs, and those it ran once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dockwright.box.fact import Fact
from dockwright.inits.init import of_jobs
from dockwright.inits.names import is_job_unit, is_timer_unit, leaf_of
from dockwright.value import Value

_SCRIPT = of_jobs(lambda name, init: f"  echo 'init {name}'{init.logged}")


@dataclass
class LoggedLeaves(Value):
    """The box's init, the leaves that it has logs of, and those of them that it runs.

    ``processes`` are those of all of them, as ``LEAF.PROCESS``.
    """

    init: str | None = None
    leaves: set[str] = field(default_factory=set)
    running: set[str] = field(default_factory=set)
    processes: set[str] = field(default_factory=set)


class Logged(Fact[LoggedLeaves]):
    """The leaves a box has logs of; needs root, who may read them all.

    Example::

        host.get_fact(Logged).leaves  # {'zenweb'}
    """

    about = "its logs"

    def script(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> LoggedLeaves:
        return LoggedLeaves()

    def read(self, lines: Iterable[str]) -> LoggedLeaves:
        logs = LoggedLeaves()
        for line in lines:
            key, _, rest = line.partition(" ")
            if key == "init":
                logs.init = rest
            elif key in ("unit", "here") and _is_of_a_job(leaf_of(rest), rest):
                logs.leaves.add(leaf_of(rest))
                process = rest.split(".")[1]
                logs.processes.add(f"{leaf_of(rest)}.{process}")
                if key == "here":
                    logs.running.add(leaf_of(rest))
        return logs


def _is_of_a_job(leaf: str, unit: str) -> bool:
    return is_job_unit(leaf, unit) or is_timer_unit(leaf, unit)
