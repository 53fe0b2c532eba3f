"""A leaf's switch to new jobs, gated by health: what does not come up is put back."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyinfra.api.command import PyinfraCommand
from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.bars import bar, note_bar
from dockwright.box.connection import over
from dockwright.commands.declare import Call, ours
from dockwright.commands.told import WholeFile, Words, told_of
from dockwright.engine.health import Patience
from dockwright.engine.unwell import EndsWell
from dockwright.errors import DockwrightError
from dockwright.inits.init import Init
from dockwright.switching import release as boot_release
from dockwright.switching.former import Former, NotPutBack, line_of
from dockwright.switching.kept import pending
from dockwright.switching.release import Release
from dockwright.switching.roll_out import check_may_switch, roll_out
from dockwright.switching.turn import Turn

_NOTICED = 0.1  # seconds of a wait that a timeline shows


@dataclass(frozen=True)
class Goal:
    """What a switch is to end with: the leaf's jobs, each up, of ``image``.

    ``paths`` are the files that it has then; ``after`` are leaves that are to be up before it.
    """

    leaf: str
    image: str
    jobs: tuple[str, ...]
    paths: tuple[str, ...]
    patience: Patience  # seconds that its jobs are given
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class SwitchPlan:
    """How a leaf is switched: what runs before it (``release``), what is done ``first``, its jobs'
    ``turns``, what comes ``last``.
    """

    release: Release | None = None
    first: tuple[PyinfraCommand, ...] = ()
    turns: tuple[Turn, ...] = ()
    last: tuple[PyinfraCommand, ...] = ()


class Switch(PyinfraCommand):
    """Switch a leaf, job by job, each up before the next, and put it back if one is not.

    Boxes take turns: ``at_once`` of them, and none once one has failed. ``kept`` says whether
    what is kept pending then is the way back; else it is what an older run left, and out of date.
    ``works`` says whether the leaf was up before: then what was not switched runs as it is kept.
    """

    def __init__(
        self,
        init: Init,
        goal: Goal,
        plan: SwitchPlan,
        at_once: int,
        *,
        kept: bool,
        works: bool,
    ) -> None:
        super().__init__()
        self.kind, self.goal, self.plan, self.at_once = init, goal, plan, at_once
        self.kept, self.works = kept, works

    def __repr__(self) -> str:
        return f"Switch({self.goal.leaf})"

    @property
    def steps(self) -> tuple[PyinfraCommand, ...]:
        """All that it does, for a plan to tell."""
        turns = [line_of(argv) for turn in self.plan.turns for argv in turn.lines(self.kind)]
        before = self.plan.release.steps if self.plan.release else ()
        return tuple(map(ours, (*before, *self.plan.first, *turns, *self.plan.last)))

    def told(self) -> Iterator[WholeFile | Words]:
        """Its steps, and what it waits for."""
        if self.plan.release is not None:
            yield Words(self.plan.release.line)
        for step in self.steps:
            yield from told_of(step)
        jobs = ", ".join(self.goal.jobs)
        yield Words(f"wait until {jobs} is up, else put the former jobs back")

    def execute(self, state: State, host: Host, connector_arguments: Any) -> bool:
        former = Former(host, self.kind, self.goal.leaf, dict(connector_arguments))
        call = Call(f"switch {self.goal.leaf}", self._in_turn, state, former)
        return call.execute(state, host, connector_arguments)

    def _in_turn(self, state: State, former: Former) -> None:
        leaf, box = self.goal.leaf, former.host.name

        def check() -> None:
            op = former.host.current_op_hash
            check_may_switch(state, leaf, box, self.goal.after, op)

        came = time.monotonic()
        with roll_out(state, leaf, self.at_once).turn(box, check), bar(former.host, "switch", leaf):
            if time.monotonic() - came > _NOTICED:
                note_bar(former.host, "wait", leaf, came, "done")
            begun: list[Turn] = []
            if self.plan.release is not None:
                self._release(state, former, self.plan.release)
            try:
                self._switch(state, former, begun)
            except DockwrightError as error:
                ended = error.job if isinstance(error, EndsWell) else None
                after = self._back(former, begun, ended)
                raise DockwrightError(
                    f"box {box}: {leaf}: image {self.goal.image}: {error}\n{leaf}: {after}"
                ) from error

    def _release(self, state: State, former: Former, release: Release) -> None:
        try:
            boot_release.run(release, former, lambda steps: self._do(state, former, steps))
        except DockwrightError as error:
            leaf = self.goal.leaf
            raise DockwrightError(
                f"box {former.host.name}: {leaf}: image {self.goal.image}: {error}\n"
                f"{leaf}: was not switched; what ran before runs on"
            ) from error

    def _switch(self, state: State, former: Former, begun: list[Turn]) -> None:
        """Switch it; ``begun`` is given each turn that was begun, the last one first."""
        goal = self.goal
        watch = former.watch(goal.patience)
        self._do(state, former, self.plan.first)
        for turn in self.plan.turns:
            begun.insert(0, turn)
            former.take(turn, watch)
        self._do(state, former, self.plan.last)
        watch.until_up(goal.jobs)
        former.promote(goal.image)

    def _do(self, state: State, former: Former, steps: Sequence[PyinfraCommand]) -> None:
        for step in map(ours, steps):
            arguments: Any = {**former.arguments, **step.connector_arguments}
            with over(former.host):
                done = step.execute(state, former.host, arguments)
            # a StringCommand gives what it said too
            done, said = done if isinstance(done, tuple) else (done, None)
            if not done:
                why = said.stderr.strip() if said else "see above"
                raise DockwrightError(f"{step}: failed: {why}")

    def _back(self, former: Former, begun: Sequence[Turn], ended: str | None) -> str:
        """Put the former jobs back, and say how that went; ``ended`` is one that only ends."""
        folder, goal = pending(self.goal.leaf), self.goal
        # what an interrupted switch left may be any mixture: all of it is restarted
        turns = begun if self.works else None
        try:
            if not self.kept or not former.kept_in(folder):
                former.make_room_for_others(begun)
                if ended is not None:
                    former.say(self.kind.forget, [self.kind.unit(ended)], check=False)
                    return f"nothing to put back; {ended} is stopped"
                return "it had no former jobs to put back" if self.kept else "nothing to put back"
            former.put_back(folder, goal.paths, goal.patience, turns)
            former.drop()
        except NotPutBack as error:
            return f"its former jobs could not be put back: {error}"
        except DockwrightError as error:
            return f"its former jobs were put back, and are not up either: {error}"
        return "its former jobs were put back, and are up"
