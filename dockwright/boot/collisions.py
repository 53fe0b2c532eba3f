"""Ports that two jobs of one box cannot both publish."""

from collections.abc import Sequence
from itertools import combinations

from dockwright.boot.job import Group, Job
from dockwright.boot.ports import Port
from dockwright.errors import DockwrightError


def check_ports(groups: Sequence[Group], box: str) -> None:
    """Make sure that the jobs of ``groups`` can all publish their ports on one box.

    Args:
        groups: what runs on the box.
        box: what errors call it.

    Raises:
        DockwrightError: two jobs want the same port; it names both, the port and the box.

    Example:
        >>> check_ports([], "docker")
    """
    wanted = [(job, port) for group in groups for job in group.jobs for port in job.ports]
    for (job, port), (other, its) in combinations(wanted, 2):
        if port.overlaps(its) and not _share_a_range(job, port, other, its):
            raise DockwrightError(
                f"{box}: {job.name} and {other.name} both publish a port: {port} and {its}; "
                "give one of them another host port or address"
            )


def _share_a_range(job: Job, port: Port, other: Job, its: Port) -> bool:
    """Instances of one process may share a range in which the engine takes a free port."""
    same_process = (job.leaf, job.process) == (other.leaf, other.process)
    return same_process and job.number != other.number and port == its and port.choice > 1
