"""What is to be done about a swarm in this run, by what all its boxes say; they are asked at once.

Who asks: each operation of this room, on each box. One answer does for all of them until a command
begins on any box.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import gevent
from pyinfra.api.host import Host
from pyinfra.context import ctx_state

from dockwright.box.absent import no_part
from dockwright.box.foreseen.asker import for_others
from dockwright.box.other_host import connected
from dockwright.box.privilege import as_root
from dockwright.box.secret import get_unseen
from dockwright.box.shared import asked_for_all
from dockwright.commands.expected import ENGINE, is_changing
from dockwright.engine.place import why_not
from dockwright.errors import Awaited, DockwrightError, NotReady
from dockwright.facts.swarm import Swarm
from dockwright.site.unlock_key import UnlockKeys
from dockwright.swarm.difference import difference
from dockwright.swarm.ours import OurSwarm, our_swarm
from dockwright.swarm.state import SwarmState
from dockwright.swarm.steps import Step, box_of
from dockwright.swarm.wanted import WantedSwarm

_EVERY = 1.0  # seconds


@dataclass(frozen=True)
class Decided:
    """What boxes say, which swarm is the site's, and the steps that are left."""

    states: dict[str, SwarmState]
    ours: OurSwarm
    steps: tuple[Step, ...]

    @property
    def view(self) -> SwarmState | None:
        """What a manager says of the swarm; None: there is none, or it is locked."""
        return self.states.get(self.ours.manager)

    def of_box(self, box: str) -> list[Step]:
        """The steps of one box."""
        return [step for step in self.steps if box_of(step) == box]

    def manager_but(self, box: str) -> str:
        """A box that says how the swarm is, and is another one where there is another."""
        answering = [
            name
            for name, its in self.states.items()
            if its.answers and its.swarm == self.ours.id and name != box
        ]
        return self.ours.manager if self.ours.manager in answering else next(iter(answering), "")


def decided(host: Host, wanted: WantedSwarm, keys: UnlockKeys, wait: float) -> Decided:
    """What is left to do in the run of ``host``.

    Args:
        host: the box that an operation is at.
        wanted: what the site wants.
        keys: those that are known.
        wait: seconds that managers may take to find a leader, once commands run.

    Raises:
        DockwrightError: a box is in another swarm, or a step would break this one.
        NotReady: no manager leads.

    Example::

        decided(host, wanted, keys, 60).steps  # (Join(box='app2', role='worker', …), …)
    """
    until = time.monotonic() + wait
    while True:
        states = _states(host, wanted)
        try:
            ours = our_swarm(wanted, states, keys.known())
            return Decided(states, ours, difference(wanted, states, ours))
        except NotReady:
            # one that was killed or unlocked a moment ago: there is a leader in some seconds
            if not host.state.is_executing or time.monotonic() > until:
                raise
        gevent.sleep(_EVERY)


def _states(host: Host, wanted: WantedSwarm) -> dict[str, SwarmState]:
    run, names = host.state, tuple(one.box for one in wanted.nodes)

    def one(box: str) -> SwarmState | None:
        # a greenlet of its own has no current run
        with ctx_state.use(run):
            try:
                other = connected(box)
                with for_others():
                    return get_unseen(other, Swarm, **as_root(other))
            except DockwrightError:
                return None  # what it does not answer is told by its own operations

    def ask() -> dict[str, SwarmState]:
        asked = {box: gevent.spawn(one, box) for box in names}
        said = {box: answer.get() for box, answer in asked.items()}
        return {box: its for box, its in said.items() if its is not None}

    return asked_for_all(run, ("swarm", wanted.site, names), ask, ask)


def check_engine(host: Host, its: SwarmState | None) -> None:
    """Nothing, where the engine of ``host`` answers.

    Raises:
        Awaited: this run brings it.
        NotReady: it does not.
    """
    engine = "none" if its is None else its.engine
    if (why := why_not(str(host.name), engine)) is not None:
        if is_changing(str(host.name), [ENGINE]):
            raise Awaited(f"waits for the engine on {host.name}")
        raise NotReady(why)


def acts(host: Host, wanted: WantedSwarm) -> bool:
    """Whether ``host`` is the one of the run that does what is the swarm's and no single box's."""
    at_it = {str(other.name) for other in host.state.active_hosts} - no_part(host.state).keys()
    return str(host.name) == next((one.box for one in wanted.nodes if one.box in at_it), None)
