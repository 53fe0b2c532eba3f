"""Boot jobs that their init starts again and again, though each look finds them active.

Who asks: `boot.job`, of the jobs of its leaf.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyinfra import host

from dockwright.box.this_run import this_run
from dockwright.engine.restarts import WINDOW, Restarted
from dockwright.facts.boot import Boot
from dockwright.facts.restarts import Restarts


@dataclass(frozen=True)
class Loops:
    """Jobs of a leaf that are in a loop, by name, and their units with what is said of them."""

    jobs: Mapping[str, Restarted] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def outlives(self, wait: float) -> dict[str, float]:
        """The seconds, of ``wait``, that each has to stay up before it counts as up."""
        return {job: one.outlives(wait) for job, one in self.jobs.items()}


def loops(on_box: Boot, units: Mapping[str, str]) -> Loops:
    """Those of a leaf's jobs that are in a loop; one that was killed and is none is reminded of.

    Args:
        on_box: what the box has.
        units: the unit of each job that is kept up, by the job's name.

    Example::

        loops(on_box, {"zenweb.web.1": "dockwright-zenweb.web.1.service"}).jobs  # {}
    """
    again = {job: unit for job, unit in units.items() if _was_restarted(on_box, job, unit)}
    if not again or on_box.init is None:
        return Loops()
    restarts = host.get_fact(Restarts, on_box.init, sorted(again))
    jobs = {}
    for job, unit in again.items():
        if (record := restarts.get(job)) is None:
            continue
        if unit in on_box.restarts:
            record = record.since(on_box.restarts[unit])
        record = record.by_itself()
        if record.is_loop:
            jobs[job] = record
        elif record.moments and record.was_killed:
            this_run(host.state).reminders.append(f"box {host.name}: {job}: {record}")
    return Loops(jobs, {again[job]: str(record) for job, record in jobs.items()})


def _was_restarted(on_box: Boot, job: str, unit: str) -> bool:
    if unit in on_box.restarts:
        return True
    container = on_box.containers.get(job)
    # an init that does not count is asked of containers that are young
    return bool(on_box.now and container and on_box.now - container.started < WINDOW)
