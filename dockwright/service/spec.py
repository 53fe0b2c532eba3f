"""The services of a leaf: from its boot jobs' run specifications to what the engine's API takes.

`dockwright.service.difference` compares them with what a swarm has; values in, values out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dockwright.boot.job import Group, Job
from dockwright.boot.ports import Port
from dockwright.boot.run_line import Option
from dockwright.errors import DockwrightError
from dockwright.service.container import (
    NO_NEW,
    NO_NEW_SINCE,
    container,
    log_driver,
    options_of,
    resources,
)
from dockwright.service.environment import ImageProgram, secret_name, text_of
from dockwright.service.flags import notices, sifted
from dockwright.service.mounts import mounts, of_one_box, written
from dockwright.service.networks import closed_network, networks
from dockwright.service.ports import endpoint
from dockwright.ways_out import WayOut, way_out

LEAF, PROCESS = "dockwright.leaf", "dockwright.process"  # labels of services and secrets of ours
Spec = dict[str, Any]
_NAME = re.compile(r"[A-Za-z0-9](?:[-_]*[A-Za-z0-9]+)*")  # of swarmkit, as DNS has them
_LONGEST = 63
_SECOND = 10**9
_RESTART_SECONDS = 5  # before a task that ended is replaced


@dataclass(frozen=True)
class Terms:
    """What decides of services besides the leaf's own lines.

    ``mesh``: whether every node has IPVS; ``drivers``: volume drivers by volume; ``placed``:
    labels that a node must have; ``pinned``: whether what the leaf writes on one box keeps it
    there; ``one_at_a_time``: whether the former task ends before the new one begins, whatever it
    writes; ``steady``: seconds that a new task must stay up.
    """

    api: tuple[int, int] = (1, 41)
    mesh: bool = False
    drivers: Mapping[str, str] = field(default_factory=dict)
    placed: Mapping[str, str] = field(default_factory=dict)
    pinned: bool = True
    one_at_a_time: bool = False
    steady: float = 3


@dataclass(frozen=True)
class Service:
    """One process of a leaf as a service: its specification, and the secret that it reads.

    ``spec`` is the engine's ServiceSpec; secrets and networks stand in it by their names. ``data``
    is what it writes on one box, ``writes`` whether it keeps what it writes anywhere; ``closed``
    is the name of its own network without a way out, which stands for ``--network none``.
    """

    leaf: str
    process: str
    name: str
    spec: Mapping[str, Any]
    secret: str | None = None  # its name
    text: str = field(default="", repr=False)  # its content
    data: frozenset[str] = frozenset()
    writes: bool = False
    closed: str | None = None
    notices: tuple[str, ...] = ()

    @property
    def replicas(self) -> int:
        """How many tasks it has.

        Example:
            >>> Service("a", "web", "a_web", {"Mode": {"Replicated": {"Replicas": 2}}}).replicas
            2
        """
        return int(self.spec["Mode"]["Replicated"]["Replicas"])

    @property
    def host_ports(self) -> tuple[tuple[int, str], ...]:
        """The fixed ports that it has of nodes, each with its protocol.

        Example:
            >>> Service("a", "web", "a_web", {}).host_ports
            ()
        """
        ports = self.spec.get("EndpointSpec", {}).get("Ports", ())
        return tuple(
            (int(one["PublishedPort"]), str(one["Protocol"]))
            for one in ports
            if "PublishedPort" in one
        )


def label_of(leaf: str) -> str:
    """The label of the node that has what ``leaf`` writes.

    Example:
        >>> label_of("rails")
        'dockwright.data.rails'
    """
    return f"dockwright.data.{leaf}"


def service_name(leaf: str, process: str, where: str) -> str:
    """A service's name, ``LEAF_PROCESS``, as that of a stack.

    Raises:
        DockwrightError: one that Swarm does not take.

    Example:
        >>> service_name("rails", "web", "Procfile")
        'rails_web'
    """
    name = f"{leaf}_{process}"
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise DockwrightError(
            f"{where}: service {name}: Swarm's names are letters, digits, - and _, {_LONGEST} of "
            "them at the most, the last one a letter or digit; rename the process or the leaf"
        )
    return name


def services(group: Group, source: str, terms: Terms, image: ImageProgram) -> tuple[Service, ...]:
    """The services of a leaf, one for each process; none for one that is scaled to 0.

    Args:
        group: its boot jobs, made without an address and a logging driver of theirs.
        source: what errors call the Procfile.
        terms: what decides besides.
        image: what its image runs by itself.

    Raises:
        DockwrightError: an option, or a process, that Swarm can't do; it names that.

    Example:
        >>> from dockwright.boot.group import group
        >>> made = group("web", "web: docker run -p 80:80 web", "Procfile", log_driver=None)
        >>> services(made, "Procfile", Terms(), ImageProgram())[0].name
        'web_web'
    """
    made = []
    for job in group.jobs:
        where = f"{source}: {job.process}"
        _check_kept_up(job, where)
        if job.number == 1:
            count = sum(one.process == job.process for one in group.jobs)
            made.append(_service(job, count, where, terms, image))
    # what one of them writes on a box keeps all of them there, as it is theirs together
    data = frozenset().union(*(one.data for one in made))
    if not data or not terms.pinned:
        return tuple(made)
    return tuple(_pinned(one, label_of(group.leaf)) for one in made)


def _check_kept_up(job: Job, where: str) -> None:
    if not job.lives:
        times = "is release:" if job.is_release else "has times"
        raise DockwrightError(
            f"{where}: not on Swarm: it {times}, and services are kept up; give it a leaf of "
            f"its own, or {way_out(WayOut.LEAVE_ON_BOOT, leaf=job.leaf)}"
        )


def _service(job: Job, count: int, where: str, terms: Terms, image: ImageProgram) -> Service:
    """One process of a leaf as a service of ``count`` tasks."""
    name = service_name(job.leaf, job.process, where)
    every, command = options_of(job)
    options = list(sifted(every, job.leaf, where))
    text = _secret_text(job)
    secret = secret_name(name, text) if text else None
    its = mounts(options, terms.drivers, job.leaf, where)
    joined = networks(options, closed_network(name), job.leaf, where)
    targets = {str(one["Target"]) for one in joined}
    closed = closed_network(name) if closed_network(name) in targets else None
    ports = () if "host" in targets or closed is not None else job.ports
    made = container(options, command, job, image, secret, terms.api, where)
    first = _stops_first(terms, its, ports)
    spec = {
        "Name": name,
        "Labels": {LEAF: job.leaf, PROCESS: job.process},
        "TaskTemplate": _task(options, {**made, "Mounts": its}, joined, terms, where),
        "Mode": {"Replicated": {"Replicas": count}},
        "UpdateConfig": _turns(terms.steady, first, "rollback"),
        "RollbackConfig": _turns(terms.steady, first, "pause"),
        "EndpointSpec": endpoint(ports, terms.mesh, job.leaf, where),
    }
    return Service(
        job.leaf,
        job.process,
        name,
        spec,
        secret,
        text,
        data=of_one_box(its),
        writes=written(its),
        closed=closed,
        notices=(*notices(every, where), *_further_notices(options, terms, closed, where)),
    )


def _secret_text(job: Job) -> str:
    """What the site gives a process, as its secret has it; PORT is none. Empty: nothing."""
    values = [(variable, value) for variable, value in job.env if variable != "PORT"]
    return text_of(values) if values else ""


def _stops_first(terms: Terms, its: Sequence[Spec], ports: Sequence[Port]) -> bool:
    """Whether a former task ends before the new one begins, as both would hold the same.

    That is what is written, and ports of a node where there is no routing mesh.
    """
    return terms.one_at_a_time or written(its) or (bool(ports) and not terms.mesh)


def _task(
    options: Sequence[Option], made: Spec, joined: Sequence[Spec], terms: Terms, where: str
) -> Spec:
    """The ``TaskTemplate``: a container, and where and how it is kept up."""
    return {
        "ContainerSpec": made,
        "Resources": resources({name: value or "" for name, value in options}, where),
        "RestartPolicy": {"Condition": "any", "Delay": _RESTART_SECONDS * _SECOND},
        "Placement": {
            "Constraints": [f"node.labels.{key} == {value}" for key, value in terms.placed.items()]
        },
        "Networks": joined,
        "LogDriver": log_driver(options),
    }


def _further_notices(
    options: Sequence[Option], terms: Terms, closed: str | None, where: str
) -> Iterator[str]:
    """A line for what engines of this API leave out, and for a network in the place of none."""
    if terms.api < NO_NEW_SINCE and any(v == NO_NEW for n, v in options if n == "security-opt"):
        yield (
            f"{where}: --security-opt {NO_NEW}: left out; engines before 25 know it of services "
            f"only as {way_out(WayOut.NO_NEW_PRIVILEGES)}"
        )
    if closed is not None:
        yield f"{where}: --network none: a network of its own, without a way out of it"


def _turns(steady: float, stop_first: bool, on_failure: str) -> Spec:
    """One task after the other, as boot jobs are switched."""
    return {
        "Parallelism": 1,
        "FailureAction": on_failure,
        "Monitor": int(max(steady, 1) * _SECOND),
        "Order": "stop-first" if stop_first else "start-first",
    }


def _pinned(service: Service, label: str) -> Service:
    template = service.spec["TaskTemplate"]
    placed = [*template["Placement"]["Constraints"], f"node.labels.{label} == here"]
    its = {**template, "Placement": {"Constraints": placed}}
    return replace(service, spec={**service.spec, "TaskTemplate": its})
