"""A leaf as services of a swarm: compared with what a manager has, changed, and waited for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from pyinfra import host
from pyinfra.api import HiddenValue
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state

from dockwright.boot.moved import Moved
from dockwright.boot.reach import Reach
from dockwright.box import log
from dockwright.box.this_run import note
from dockwright.chain.reference import parse
from dockwright.commands.declare import Call, Commands, operation
from dockwright.commands.expected import ENGINE, check_settled, expect
from dockwright.commands.secret import hides, reveal
from dockwright.engine.health import Patience
from dockwright.errors import DockwrightError, NotReady
from dockwright.facts.boot import BootJobs
from dockwright.facts.data import Data
from dockwright.facts.of_each import of_each
from dockwright.facts.swarm import Swarm
from dockwright.inits.init import INITS
from dockwright.operations.boot.ports import end_of, switch_of
from dockwright.operations.service.difference import LeafDifference, difference
from dockwright.operations.service.wanted import LeafTerms, check, manager_of, wanted_services
from dockwright.registry.login import LoginSource
from dockwright.service.spec import Service, label_of
from dockwright.service.state import SwarmServices
from dockwright.swarm.state import SwarmNode, SwarmState
from dockwright.switching.services import ServicePlan, Standing, serve

_UNBOUNDED = (
    "the file reaches beside its Procfile bounds boot jobs alone; on Swarm its containers may open "
    "connections to whatever their node reaches"
)


@hides("env")
@operation()
def leaf(
    leaf: str,
    image: str | None = None,
    procfile: str | None = None,
    runs: str | None = None,
    login: LoginSource = None,
    boxes: Sequence[str] = (),
    nodes: Sequence[str] = (),
    scale: Mapping[str, int] | None = None,
    env: Mapping[str, str | HiddenValue] | None = None,
    secrets: Mapping[str, str] | None = None,
    placed: Mapping[str, str] | None = None,
    drivers: Mapping[str, str] | None = None,
    one_at_a_time: bool = False,
    wait: float = 60,
    steady: float = 3,
    moved: Moved | None = None,
    reach: Reach | None = None,
) -> Commands:
    """Have the leaf's processes as services of the swarm that the box manages.

    Each new task is healthy before the former one ends, unless both would write the same data or
    have the same port of a node. Swarm puts back what does not come up, and the box fails. Boot
    jobs of the leaf go on until `boot.only` takes them away, but where they hold what is needed.

    Args:
        leaf: its name.
        image: a tag on the box; services are pinned to the image that it names now, by its digest.
            By default ``LEAF:latest``.
        procfile: path of the Procfile; by default ``images/LEAF/Procfile``.
        runs: the image that its run lines name, where that is not the leaf's own.
        login: by which nodes pull the image; a function where it is made in the same run.
        boxes: those that may have its data, and boot jobs of it, as the inventory names them.
        nodes: all boxes of the swarm, which are asked for IPVS; by default this one alone.
        scale: tasks of a process, ``{"web": 2}``.
        env: environment of the containers; a secret of Swarm.
        secrets: more of it, from files of this box: ``{NAME: path}``.
        placed: labels that a node must have: ``{"disk": "ssd"}``.
        drivers: volume drivers by volume; a volume of one stays not on one box.
        one_at_a_time: whether a former task ends before the new one begins, in any case.
        wait: seconds until each task must be healthy, or up where it has no HEALTHCHECK.
        steady: seconds that a new task must stay up.
        moved: other ports and other data than the Procfile's lines say.
        reach: what its containers may reach, which Swarm can't bound: a note says so.

    Raises:
        OperationError: a run line has what Swarm can't do, the image is not on the box, somebody
            else's service has the name, or a task does not come up.

    Example::

        service.leaf("zenweb", nodes=["docker1", "docker2"], scale={"web": 2})
    """
    terms = LeafTerms(
        leaf,
        image=image or f"{leaf}:latest",
        procfile=procfile or f"images/{leaf}/Procfile",
        runs=runs,
        scale=scale or {},
        env={name: reveal(value) or "" for name, value in (env or {}).items()},
        secrets=secrets or {},
        placed=placed or {},
        drivers=drivers or {},
        one_at_a_time=one_at_a_time,
        steady=steady,
        moved=moved,
        reach=reach,
    )
    # what can never be services is told before anything is looked for
    check(terms)
    if reach is not None:
        note(host.state, f"{leaf}: {_UNBOUNDED}")
    try:
        wanted, has = _wanted(terms, [*nodes])
    except NotReady:
        _expect_switches(leaf, boxes)
        raise
    swarm = host.get_fact(Swarm)
    _check_names(wanted, has)
    its = difference(leaf, wanted, has, _label(leaf, wanted, swarm, boxes))
    if its.is_current:
        host.noop(f"services of {leaf} are current")
        return
    stops = _stops(its, boxes)
    _expect_switches(leaf, boxes)
    for one in stops:
        expect(one.box, [end_of(leaf)])
    _tell(its, stops)
    plan = ServicePlan(
        leaf, wanted, its.changing, its.fresh, its.gone, its.secrets, its.networks, its.label, stops
    )
    call = Call(f"services of {leaf}", _serve, plan, login, Patience(wait, steady))
    yield call.because(f"{leaf}: {line}" for line in its.reasons())


def _wanted(terms: LeafTerms, nodes: Sequence[str]) -> tuple[tuple[Service, ...], SwarmServices]:
    """The services that the leaf is to be, and what the manager has.

    Raises:
        NotReady: what they hang on is going to change, or is not there.
    """
    box = str(host.name)
    parts = parse(terms.image).path.split("/")
    awaited = ["/".join(parts[first:]) for first in range(len(parts))]
    check_settled(box, [ENGINE, *awaited, *terms.secrets.values()])
    has = manager_of(host)
    return wanted_services(host, terms, has, nodes or [box]), has


def _expect_switches(leaf: str, boxes: Collection[str]) -> None:
    for box in {str(host.name), *boxes}:
        expect(box, [switch_of(leaf)])


def _tell(its: LeafDifference, stops: Iterable[Standing]) -> None:
    """What a person is to know of the services, and what changes."""
    for line in dict.fromkeys(line for one in its.wanted for line in one.notices):
        log.reason(host, f"{its.leaf}: {line}")
    for one in stops:
        said = f"its boot jobs on {one.box} stop first: they hold what it needs"
        log.reason(host, f"{its.leaf}: {said}")
    log.changes(host, its.changes())


def _serve(plan: ServicePlan, login: LoginSource, patience: Patience) -> None:
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]
    here: Host = ctx_host.get()  # type: ignore[no-untyped-call]
    serve(run, here, plan, login, patience)


def _check_names(wanted: Sequence[Service], has: SwarmServices) -> None:
    ours = {one.name: (one.leaf, one.process) for one in has.services}
    for one in wanted:
        if one.name in has.names and ours.get(one.name) != (one.leaf, one.process):
            whose = f"of leaf {ours[one.name][0]}" if one.name in ours else "somebody else's"
            raise DockwrightError(
                f"box {host.name}: service {one.name}: is {whose}; remove that one with "
                f"`docker service rm {one.name}`, or rename the leaf or its process"
            )


def _label(
    leaf: str, wanted: Sequence[Service], swarm: SwarmState, boxes: Sequence[str]
) -> tuple[str, str] | None:
    """The node that is to be labelled as the one that has the leaf's data; None: there is one.

    Raises:
        DockwrightError: several boxes have data of it, or none of them is a node.
    """
    key = label_of(leaf)
    data = frozenset().union(*(one.data for one in wanted))
    if not data or any(key in node.labels for node in swarm.nodes):
        return None
    said = of_each(host.state, boxes, Data, tuple(sorted(data)))
    having = [box for box, one in said.items() if not isinstance(one, DockwrightError) and one.held]
    silent = [box for box, one in said.items() if isinstance(one, DockwrightError) or one.unknown]
    if len(having) > 1:
        raise DockwrightError(
            f"box {host.name}: {leaf}: boxes {', '.join(having)} have data of it; label the node "
            f"that is to run it: docker node update --label-add {key}=here NODE"
        )
    if silent and not having:
        raise NotReady(
            f"box {host.name}: {leaf}: box {silent[0]}, which may have its data, does not answer"
        )
    box = having[0] if having else next(iter(boxes), str(host.name))
    node = _node_of(box, swarm)
    if node is None:
        raise DockwrightError(
            f"box {host.name}: {leaf}: its data is on box {box}, which is no node of the swarm; "
            "make it one, or move the data"
        )
    return node.id, key


def _node_of(box: str, swarm: SwarmState) -> SwarmNode | None:
    if (its := swarm.node_of(box)) is not None:
        return its
    if box == str(host.name):
        return next((one for one in swarm.nodes if one.id == swarm.node), None)
    # of a swarm that somebody made by hand, whose nodes have no label of theirs
    reached_by = str(host.state.inventory.get_host(box).data.get("ssh_hostname") or box)
    return next((one for one in swarm.nodes if one.address == reached_by), None)


def _stops(its: LeafDifference, boxes: Collection[str]) -> tuple[Standing, ...]:
    """The boot jobs that stop first: a new service of the leaf can't run beside them."""
    standing = _standing(its.leaf, boxes)
    return tuple(standing) if its.fresh and its.excludes_jobs else ()


def _standing(leaf: str, boxes: Collection[str]) -> list[Standing]:
    """The boot jobs of the leaf that boxes have."""
    made = []
    for box, one in of_each(host.state, boxes, BootJobs).items():
        if isinstance(one, DockwrightError) or one.init not in INITS:
            continue
        init = INITS[one.init]
        units = [unit for path in one.files if init.owned(leaf, path)
                 if (unit := init.unit_of(path)) is not None]  # fmt: skip
        if units:
            made.append(Standing(box, one.init, tuple(dict.fromkeys(units))))
    return made
