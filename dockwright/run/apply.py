"""A deploy applied: locked, planned, agreed to, run by pyinfra, and recorded on the boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pyinfra.api.exceptions import PyinfraError
from pyinfra.api.host import Host
from pyinfra.api.operations import run_ops
from pyinfra.api.state import State, StateStage

from dockwright.box.absent import left_out
from dockwright.box.bars import bars_of
from dockwright.box.lock import hold, let_go
from dockwright.box.reason import reason
from dockwright.box.record import Begun, RunOutcome, commit_of, outcome, write
from dockwright.box.this_run import give_up, this_run
from dockwright.errors import BoxError, shown
from dockwright.picture.timeline import Bar
from dockwright.run.applied import Applied, OfBox
from dockwright.run.older import newer_boxes
from dockwright.run.plan import forget, planned
from dockwright.run.planned import Plan
from dockwright.run.session import prepare, session
from dockwright.run.took import Took

_LONGEST = 300  # letters of why a run broke off


def apply(
    inventory: str | None,
    deploy: Path,
    limit: Sequence[str] = (),
    only: str | None = None,
    skip: Sequence[str] = (),
    *,
    agree: Callable[[Plan], bool],
    say: Callable[[str], None],
    older: Callable[[Sequence[str]], bool] = lambda newer: False,
    timeline: Callable[[Sequence[Bar]], None] = lambda bars: None,
) -> Applied | None:
    """Do what `dockwright.run.plan.plan` says.

    Args:
        inventory, deploy, limit, only, skip: as for `dockwright.run.plan.plan`.
        agree: shown the plan; whether to go on.
        say: told what a person should know.
        older: asked where boxes have a commit that this checkout has not come from, with a line
            for each of them; whether to go on all the same. By default it does not.
        timeline: given what took how long, whether the run came to its end or not.

    Returns:
        What became of it; None where ``agree`` said no.

    Raises:
        DockwrightError: whatever a plan raises; another run holds the lock of a box.

    Example::

        apply(None, Path("deploy/site.py"), agree=ask, say=print).ok  # True
    """
    with session(inventory, limit, skip) as state:
        try:
            # one after the other: of two runs that begin at once, one gets them all
            for host in state.inventory:
                if host in state.active_hosts:
                    _hold(host)
            prepare(state, deploy)
            plan = planned(state, deploy, only)
            newer = newer_boxes(state, deploy)
            if newer and not plan.idle and not older(newer):
                return None
            if not agree(plan):
                return None
            # what has put nothing in order does not hide what has
            commit = "" if newer and plan.idle else commit_of(deploy)
            try:
                return _run(state, deploy, commit, plan, say)
            finally:
                timeline(bars_of(state))
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


def _run(
    state: State, deploy: Path, commit: str, plan: Plan, say: Callable[[str], None]
) -> Applied:
    hosts = sorted(state.active_hosts, key=lambda host: str(host.name))
    begun = Begun(str(deploy), commit)
    forget(state)
    interrupted, broke = not plan.idle, "see above"
    of = {host: RunOutcome((), ()) for host in hosts}
    took = Took()
    state.add_callback_handler(took)  # type: ignore[no-untyped-call]
    try:
        if not plan.idle:
            state.set_stage(StateStage.Execute)
            try:
                run_ops(state)
            except PyinfraError as error:  # it goes on with no box
                broke = shown(str(error), _LONGEST)
                if state.active_hosts:  # else each box has said why
                    say(broke)
            interrupted = False
    finally:
        seconds = begun.seconds()
        took.note_bars(state)
        if not plan.idle:
            of = {host: outcome(state, host) for host in hosts}
        if not interrupted:
            of = {host: one.failing(broke) for host, one in of.items()}
        for host, one in of.items():
            if (trouble := write(host, begun.record(one))) is not None:
                say(trouble)
    silent = {str(host.name): reason(host, why) for host, why in this_run(state).given_up.items()}
    return Applied(
        {
            **{
                str(host.name): OfBox(
                    one.changed,
                    {name: one.reasons.get(name, "see above") for name in one.failed},
                    one.current if not plan.idle else len(state.ops[host]),
                    took.seconds.get(host, 0.0),
                )
                for host, one in of.items()
                if str(host.name) not in silent
            },
            **{box: OfBox(failed={"no answer": why}) for box, why in silent.items()},
        },
        seconds,
        left_out(state),
        tuple(dict.fromkeys(this_run(state).notes)),
    )
