"""A leaf's switch to new jobs, gated by health: what does not come up is put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyinfra.api.command import PyinfraCommand
from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.connection import over
from dockwright.engine.health import Patience, wait_until_up
from dockwright.errors import DockwrightError
from dockwright.inits.init import Init
from dockwright.operations.boot_former import Former, pending
from dockwright.operations.declare import Call, ours
from dockwright.operations.roll_out import check_may_switch, roll_out


@dataclass(frozen=True)
class Goal:
    """What a switch is to end with: the leaf's jobs, each up, of ``image``.

    ``paths`` are the files that it has then; ``after`` are leaves that are to be up before it.
    """

    leaf: str
    image: str
    jobs: tuple[str, ...]
    paths: tuple[str, ...]
    patience: Patience
    after: tuple[str, ...] = ()


class Switch(PyinfraCommand):
    """Run ``steps``, wait for the leaf to be up, and put the former jobs back if it is not.

    Boxes take turns: ``at_once`` of them, and none once one has failed. ``kept`` says whether
    what is kept pending then is the way back; else it is what an older run left, and out of date.
    """

    def __init__(
        self,
        kind: Init,
        goal: Goal,
        steps: Sequence[PyinfraCommand],
        at_once: int,
        kept: bool,
    ) -> None:
        super().__init__()
        self.kind, self.goal, self.steps = kind, goal, tuple(map(ours, steps))
        self.at_once, self.kept = at_once, kept

    def __repr__(self) -> str:
        return f"Switch({self.goal.leaf})"

    def execute(self, state: State, host: Host, connector_arguments: Any) -> bool:
        former = Former(host, self.kind, self.goal.leaf, dict(connector_arguments))
        return Call(self._in_turn, state, former).execute(state, host, connector_arguments)

    def _in_turn(self, state: State, former: Former) -> None:
        leaf, box = self.goal.leaf, former.host.name

        def check() -> None:
            op = former.host.current_op_hash
            check_may_switch(state, leaf, box, self.goal.after, op)

        with roll_out(state, leaf, self.at_once).turn(box, check):
            try:
                self._switch(state, former)
            except DockwrightError as error:
                after = _put_back(former, self.goal) if self.kept else "nothing to put back"
                raise DockwrightError(
                    f"box {box}: {leaf}: image {self.goal.image}: {error}\n{leaf}: {after}"
                ) from error

    def _switch(self, state: State, former: Former) -> None:
        former.begin()
        for step in self.steps:
            arguments: Any = {**former.arguments, **step.connector_arguments}
            with over(former.host):
                done = step.execute(state, former.host, arguments)
            # a StringCommand gives what it said too
            done, said = done if isinstance(done, tuple) else (done, None)
            if not done:
                why = said.stderr.strip() if said else "see above"
                raise DockwrightError(f"{step}: failed: {why}")
        goal = self.goal
        wait_until_up(former.host, goal.jobs, goal.patience, former.last_lines)
        former.promote(goal.image)


def _put_back(former: Former, goal: Goal) -> str:
    """Put the former jobs back, and say how that went."""
    folder = pending(goal.leaf)
    try:
        if not former.kept_in(folder):
            return "it had no former jobs to put back"
        try:
            jobs = former.put_back(folder, goal.paths)
        except DockwrightError as error:
            return f"its former jobs could not be put back: {error}"
        wait_until_up(former.host, jobs, goal.patience, former.last_lines)
        former.drop()
    except DockwrightError as error:
        return f"its former jobs were put back, and are not up either: {error}"
    return "its former jobs were put back, and are up"
