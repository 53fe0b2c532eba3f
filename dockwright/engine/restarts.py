"""Containers that their init starts again and again: whether one is in a loop, and its words; pure.

Who asks: `dockwright.facts.restarts`. Who looks: boot jobs, for a plan and a switch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from dockwright.engine.unwell import MOST_ENDS, times
from dockwright.text import line
from dockwright.value import Value

# Seconds that are looked back: a loop that is slower than three times within them is not seen.
WINDOW = 900
KILLED = 137  # 128 + SIGKILL
_LAST = 3  # lines
_PAUSE = 10  # seconds that an init, an engine and a check may take between two starts


@dataclass(frozen=True)
class Restarted(Value):
    """How often a job was started again by its init, in the last minutes.

    ``now`` and ``moments`` are seconds since 1970 of the box's clock, the last restart the last
    one. ``statuses`` are the exit statuses of containers that ended, as far as the engine knows
    them as yet; ``out_of_memory`` says whether the kernel killed one of them for want of memory.
    """

    now: float
    moments: tuple[float, ...] = ()
    statuses: tuple[int, ...] = ()
    out_of_memory: bool = False
    last_lines: tuple[str, ...] = ()  # of what its containers or the init said
    engine_starts: tuple[float, ...] = ()  # as ``moments``: each began, and each was done

    def since(self, count: int) -> Restarted:
        """The same of the last ``count`` restarts: those before were told by somebody's hand.

        Example:
            >>> Restarted(100, (40, 50, 60)).since(1).moments
            (60,)
        """
        return replace(self, moments=self.moments[-count:] if count else ())

    def by_itself(self) -> Restarted:
        """The same without those that an end of the engine caused: one by each moment of a start.

        All containers end with an engine that is killed, and start again once it is there; that
        says nothing of one of them. A loop that goes on behind it is seen by its further restarts.

        Example:
            >>> Restarted(100, (46, 48, 66), engine_starts=(40, 60)).by_itself().moments
            (48,)
        """
        left = list(self.moments)
        for start in self.engine_starts:
            for moment in left:
                if abs(moment - start) <= _PAUSE:
                    left.remove(moment)
                    break
        return replace(self, moments=tuple(left))

    @property
    def longest(self) -> float:
        """The longest time between two restarts, in seconds; 0 where there is none.

        Example:
            >>> Restarted(100, (40, 50, 70)).longest
            20
        """
        return max((later - former for former, later in pairwise(self.moments)), default=0)

    @property
    def is_loop(self) -> bool:
        """Whether it will go on: it ended often, and has not stayed up much longer since.

        Example:
            >>> Restarted(72, (40, 50, 70)).is_loop, Restarted(500, (40, 50, 70)).is_loop
            (True, False)
        """
        if len(self.moments) < MOST_ENDS:
            return False
        return self.now - self.moments[-1] <= 3 * self.longest + _PAUSE

    @property
    def was_killed(self) -> bool:
        """Whether its main process was killed, the last time that it ended.

        Example:
            >>> Restarted(72, (40,), (1, 137)).was_killed
            True
        """
        return self.out_of_memory or self.statuses[-1:] == (KILLED,)

    def outlives(self, most: float) -> float:
        """Seconds, of ``most``, that it has to stay up before it counts as up.

        Example:
            >>> Restarted(72, (40, 50, 60)).outlives(60), Restarted(72, (0, 40, 60)).outlives(30)
            (17.0, 24.0)
        """
        return min(1.5 * self.longest + 2, 0.8 * most)

    def __str__(self) -> str:
        """As a plan says it.

        Example:
            >>> str(Restarted(72, (40, 50, 60), (1, 3), last_lines=("no disk",)))
            'restarted 3 times in the last minute, the last time with status 3; last lines: no disk'
            >>> str(Restarted(200, (20,), (137,), True))
            'restarted once in the last 3 minutes, its main process killed for want of memory'
        """
        recent = [one for one in self.moments if one > self.now - 60]
        within = "the last minute"
        if len(recent) < min(MOST_ENDS, len(self.moments)):
            recent = list(self.moments)
            minutes = math.ceil((self.now - min(recent, default=self.now)) / 60)
            within = f"the last {minutes} minutes"
        said = f"restarted {times(len(recent))} in {within}"
        if self.out_of_memory:
            said += ", its main process killed for want of memory"
        elif self.was_killed:
            said += f", its main process killed (status {KILLED})"
        elif self.statuses:
            which = "the last time " if len(recent) > 1 else ""
            said += f", {which}with status {self.statuses[-1]}"
        return f"{said}; last lines: {_shown(self.last_lines)}" if self.last_lines else said


def _shown(written: Sequence[str]) -> str:
    # one that was written again and again counts once, where it came last
    lines = list(dict.fromkeys(line(one.strip(), 200) for one in reversed(written) if one.strip()))
    return " / ".join(reversed(lines[:_LAST]))
