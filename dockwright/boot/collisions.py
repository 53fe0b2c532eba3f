"""Ports that two jobs of one box cannot both publish, and data that two leaves must not share."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from dockwright.boot.data import data_of
from dockwright.boot.job import Group, Job
from dockwright.boot.placing import named
from dockwright.boot.ports import Port
from dockwright.errors import DockwrightError
from dockwright.ways_out import WayOut, way_out


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


def check_data(groups: Sequence[Group], of: Mapping[str, str], box: str) -> None:
    """Make sure that a leaf and what runs it once more do not write the same data on one box.

    Args:
        groups: what runs on the box.
        of: by name, the leaf that each of those runs.
        box: what errors call it.

    Raises:
        DockwrightError: two of them do; it names both, the data, and the way out.

    Example:
        >>> check_data([], {"web-old": "web"}, "docker")
    """
    data = {one.leaf: frozenset().union(*(data_of(job.argv) for job in one.jobs)) for one in groups}
    for leaf, other in combinations(data, 2):
        both = sorted(data[leaf] & data[other])
        if both and of.get(leaf, leaf) == of.get(other, other):
            name = other if other in of else leaf
            raise DockwrightError(
                f"box {box}: {leaf} and {other} both write {named(both)}; give {name} data of its "
                f"own: {way_out(WayOut.OWN_DATA, leaf=name, data=both[0])}"
            )


def _share_a_range(job: Job, port: Port, other: Job, its: Port) -> bool:
    """Instances of one process may share a range in which the engine takes a free port."""
    same_process = (job.leaf, job.process) == (other.leaf, other.process)
    return same_process and job.number != other.number and port == its and port.choice > 1
