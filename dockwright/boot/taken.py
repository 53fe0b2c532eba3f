"""Ports of a box that somebody holds already, against those that a leaf's jobs are to publish."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dockwright.boot.job import Job
from dockwright.boot.ports import Port
from dockwright.value import Value

_JOB = re.compile(r"([^.]+)\.[^.]+\.[1-9][0-9]*")


@dataclass(frozen=True)
class Held(Value):
    """A port of a box that is in use, and by whom: a container, or a process and its number.

    ``address`` None is every address, IPv4 and IPv6.
    """

    address: str | None
    number: int  # of the port
    protocol: str = "tcp"  # tcp, udp or sctp
    container: str | None = None  # its name; None: no container has the port
    process: str | None = None  # the program's name, where the box tells it
    pid: int | None = None  # on the box; None: not known

    @property
    def port(self) -> Port:
        """The same as what a job publishes."""
        ends = (self.number, self.number)
        return Port(self.address, ends, ends, self.protocol)

    @property
    def holder(self) -> str:
        """Who it is, in words.

        Example:
            >>> Held(None, 80, process="nginx", pid=812).holder
            'nginx (process 812)'
        """
        if self.container is not None:
            return f"container {self.container}"
        return "somebody" if self.pid is None else f"{self.process} (process {self.pid})"


@dataclass(frozen=True)
class Taken:
    """A port that ``job`` is to publish, and who ``held`` it when the box was asked."""

    job: Job
    port: Port  # as the run line publishes it; it may be a range
    held: Held

    @property
    def leaf(self) -> str | None:
        """The leaf whose job holds it, by the container's name; None where it is none's."""
        return None if self.held.container is None else leaf_of_container(self.held.container)

    def __str__(self) -> str:
        """As an error says it; of a range the one port that is held.

        Example:
            >>> from dockwright.boot.group import group
            >>> job = group("app", "web: docker run -p 80:80 app", "Procfile").jobs[0]
            >>> str(Taken(job, job.ports[0], Held("10.0.0.1", 80, container="old")))
            'app.web.1: port 80: held by container old'
        """
        address = self.port.address
        shown = "" if address is None else f"[{address}]:" if ":" in address else f"{address}:"
        suffix = "" if self.port.protocol == "tcp" else f"/{self.port.protocol}"
        number = f"{shown}{self.held.number}{suffix}"
        return f"{self.job.name}: port {number}: held by {self.held.holder}"


def leaf_of_container(name: str) -> str | None:
    """The leaf whose job a container is, by its name; None where it is none's.

    Example:
        >>> leaf_of_container("zenweb.web.1"), leaf_of_container("zenweb")
        ('zenweb', None)
    """
    match = _JOB.fullmatch(name)
    return None if match is None else match[1]


def taken(jobs: Sequence[Job], held: Iterable[Held]) -> tuple[Taken, ...]:
    """What ``jobs`` cannot publish while ``held`` is as it is; each port once.

    A container that is called as a job of the same leaf is no obstacle: it makes room when the
    leaf is switched. In a host range that is wider than the container's the engine takes a free
    port, so that it must be full to be taken.

    Args:
        jobs: of one leaf or of several.
        held: what is in use on the box.

    Example:
        >>> from dockwright.boot.group import group
        >>> jobs = group("app", "web: docker run -p 80:80 app", "Procfile").jobs
        >>> [str(one) for one in taken(jobs, [Held(None, 80, process="nginx", pid=812)])]
        ['app.web.1: port 80: held by nginx (process 812)']
        >>> taken(jobs, [Held(None, 80, container="app.web.1"), Held("::1", 81, "udp")])
        ()
    """
    ports = list(held)
    return tuple(one for job in jobs for port in job.ports for one in _taken(job, port, ports))


def _taken(job: Job, port: Port, held: Sequence[Held]) -> Iterator[Taken]:
    others = [
        one
        for one in held
        if one.port.overlaps(port)
        and (one.container is None or leaf_of_container(one.container) != job.leaf)
    ]
    if not others:
        return
    if port.choice > 1 and port.host is not None:
        numbers = {one.number for one in others}
        if len(numbers) < port.host[1] - port.host[0] + 1:
            return
    # a container is told before the engine's process that holds the port for it
    yield Taken(job, port, min(others, key=lambda one: (one.container is None, one.number)))
