"""Upstart's jobs and their states, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterable

from dockwright.box.fact import Fact
from dockwright.inits.upstart import state


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
        jobs: dict[str, dict[str, str]] = {}
        for line in lines:
            job = state(line)
            if job is not None:
                jobs.setdefault(job[0], {})[job[1]] = job[2]
        return jobs
