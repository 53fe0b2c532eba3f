"""What is compared runs in turn, A B C A B C: what else the machine does hits all of it."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.site import ROOT, BenchError
from tests.bench.spread import Spread

_MOST = 1800  # seconds of one run


@dataclass(frozen=True)
class Contender:
    """One of the things that are compared.

    ``before`` is called before each run with its number, from 0 on, and is no part of the time;
    ``check`` is given what the program said, and raises BenchError where that is not what was to be
    measured.
    """

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    check: Callable[[str], None] = lambda said: None
    before: Callable[[int], None] = lambda number: None
    stdin: str = ""
    cwd: Path = ROOT


@dataclass
class Runs:
    """What the runs of one contender took, of the clock and of this machine's processors.

    ``round_trips`` are those of the last run, by box.
    """

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    round_trips: dict[str, int] = field(default_factory=dict)

    @property
    def spread(self) -> Spread:
        return Spread.of(self.seconds)


def in_turn(
    contenders: Sequence[Contender],
    rounds: int,
    counted: Callable[[], Mapping[str, int]] = dict,
) -> dict[str, Runs]:
    """Run each of ``contenders`` once in each of ``rounds``; what they took, by name.

    Args:
        contenders: in their turn.
        rounds: how often.
        counted: the round trips by box of the run that has just ended.

    Raises:
        BenchError: one failed, or did not do what is measured.

    Example::

        in_turn([Contender("true", ["true"], {})], rounds=5)["true"].spread.median
    """
    made = {one.name: Runs() for one in contenders}
    for number in range(rounds):
        for one in contenders:
            one.before(number)
            runs = made[one.name]
            seconds, processor = once(one)
            runs.seconds.append(seconds)
            runs.processor.append(processor)
            runs.round_trips = dict(counted())
    return made


def once(one: Contender) -> tuple[float, float]:
    """Run it; seconds of the clock, and of this machine's processors.

    Raises:
        BenchError: its status is not 0, or ``check`` says so.
    """
    began, before = time.perf_counter(), _processor()
    done = subprocess.run(
        one.argv, cwd=one.cwd, env=dict(one.environment), input=one.stdin, capture_output=True,
        text=True, timeout=_MOST, check=False,
    )  # fmt: skip
    took = time.perf_counter() - began, _processor() - before
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        raise BenchError(f"{one.name}: status {done.returncode}: {said}")
    one.check(done.stdout)
    return took


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
