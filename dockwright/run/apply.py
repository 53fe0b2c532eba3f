"""A deploy applied: locked, planned, agreed to, run by pyinfra, and recorded on the boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyinfra.api.exceptions import PyinfraError
from pyinfra.api.host import Host
from pyinfra.api.operations import run_ops
from pyinfra.api.state import State, StateStage

from dockwright.box.lock import hold, let_go
from dockwright.box.record import Begun, Outcome, commit_of, outcome, write
from dockwright.box.this_run import give_up, this_run
from dockwright.errors import BoxError
from dockwright.run.plan import forget, planned
from dockwright.run.planned import Plan, tell
from dockwright.run.session import prepare, session


@dataclass(frozen=True)
class Applied:
    """What became of it: names of operations by box, and the seconds that the run took.

    Where a run ended early, the operation that it stopped at has failed.
    """

    changed: dict[str, list[str]]
    failed: dict[str, list[str]]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not any(self.failed.values())

    def lines(self) -> Iterator[str]:
        """Each operation that changed something, or failed.

        Example:
            >>> list(Applied({"docker": ["Leaves | zenweb: boot job"]}, {}, 2.04).lines())
            ['changed on docker: Leaves | zenweb: boot job']
        """
        for what, of in (("changed", self.changed), ("failed", self.failed)):
            for box, names in of.items():
                yield from (f"{what} on {box}: {name}" for name in names)

    def summary(self) -> str:
        """One line: what changed, what failed, how long it took.

        Example:
            >>> Applied({"docker": ["Leaves | zenweb: boot job"]}, {}, 2.04).summary()
            '1 changed on docker (zenweb: boot job); 2.0 s'
        """
        parts = [
            tell(what, {box: [n.rpartition(" | ")[2] for n in found] for box, found in of.items()})
            for what, of in (("changed", self.changed), ("failed", self.failed))
        ]
        told = [part for part in parts if part] or ["nothing changed"]
        return "; ".join([*told, f"{self.seconds:.1f} s"])


def apply(
    inventory: str | None,
    deploy: Path,
    limit: Sequence[str] = (),
    only: str | None = None,
    *,
    agree: Callable[[Plan], bool],
    say: Callable[[str], None],
) -> Applied | None:
    """Do what `dockwright.run.plan.plan` says.

    Args:
        inventory, deploy, limit, only: as for `dockwright.run.plan.plan`.
        agree: shown the plan; whether to go on.
        say: told what a person should know.

    Returns:
        What became of it; None where ``agree`` said no.

    Raises:
        DockwrightError: whatever a plan raises; another run holds the lock of a box.

    Example:
        >>> apply(None, Path("deploy/site.py"), agree=ask, say=print).ok  # doctest: +SKIP
        True
    """
    with session(inventory, limit) as state:
        try:
            # one after the other: of two runs that begin at once, one gets them all
            for host in state.inventory:
                if host in state.active_hosts:
                    _hold(host)
            prepare(state, deploy)
            found = planned(state, deploy, only)
            if not agree(found):
                return None
            return _run(state, deploy, found, say)
        finally:
            let_go(state)


def _hold(host: Host) -> None:
    """Hold the box's lock; a box that gives no answer is left out."""
    try:
        hold(host)
    except BoxError as error:
        try:
            give_up(host, str(error))
        except PyinfraError:
            raise error from None  # there is no other


def _run(state: State, deploy: Path, found: Plan, say: Callable[[str], None]) -> Applied:
    hosts = sorted(state.active_hosts, key=lambda host: str(host.name))
    begun = Begun(str(deploy), commit_of(deploy))
    forget(state)
    interrupted = not found.idle
    of = {host: Outcome((), ()) for host in hosts}
    try:
        if not found.idle:
            state.set_stage(StateStage.Execute)
            try:
                run_ops(state)
            except PyinfraError as error:  # it goes on with no box
                say(str(error))
            interrupted = False
    finally:
        seconds = begun.seconds()
        if not found.idle:
            of = {host: outcome(state, host) for host in hosts}
        if not interrupted:
            of = {host: one.failing() for host, one in of.items()}
        for host, one in of.items():
            if (trouble := write(host, begun.record(one))) is not None:
                say(trouble)
    no_answer = {str(host.name): why for host, why in this_run(state).given_up.items()}
    return Applied(
        {str(host.name): list(one.changed) for host, one in of.items()},
        {
            **{box: ["no answer, see above"] for box in no_answer},
            **{str(host.name): list(one.failed) for host, one in of.items() if one.failed},
        },
        seconds,
    )
