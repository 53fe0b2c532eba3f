"""When foreseen questions are sent, and for how long what a box said to them is an answer.

**No answer of it is a stale one.** All of them are of this run: the file holds questions alone.
They are sent at the first question of a stage, when the box's lock is held, and not while anything
is under way that may change a box (`box.begun`). From the moment they are sent each of them counts
for as long as nothing has begun since, on any box: no command of an operation, no program or
session that is no question of ours, no file on its way, no program of this machine's. It is looked
at when an answer is taken, after whatever had to be waited for. An answer is taken once by the
box's own operations and once for the others (`asker`), within the 30 seconds that
`box.remembered` lets one hold, in the stage it was asked in, by whom the box would have been asked
as, and by the very script. Whatever else is asked goes to the box.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import gevent
from gevent.event import AsyncResult
from paramiko import SSHException
from pyinfra.api.host import Host
from pyinfra.api.state import BaseStateCallback, State

from dockwright.box import begun
from dockwright.box.answer import Answer, Question
from dockwright.box.ask import command_line, patience, tell_noise
from dockwright.box.connection import by_ssh, itself
from dockwright.box.deadline import Deadline
from dockwright.box.foreseen.asker import is_alone, is_for_others
from dockwright.box.foreseen.file import keep, load, path_of
from dockwright.box.foreseen.known import Known, Stage, after
from dockwright.box.foreseen.script import Incoming, command
from dockwright.box.inside.connections import on_each_use
from dockwright.box.lock import is_held
from dockwright.box.privilege import needs_sudo
from dockwright.box.program import program
from dockwright.box.this_run import PerRun, this_run
from dockwright.errors import DockwrightError

# As long as `box.remembered` has an answer hold while a run executes.
HOLDS = 30
# Made of what is kept; None: it is no fact, or it takes other arguments, in this version.
Make = Callable[[Known], "Question | None"]
Key = tuple[str, "str | None"]
# What else an operation may say of as whom and where it runs makes it a question of its own.
_AS_ROOT = {"_sudo", "_sudo_password", "_shell_executable"}
_OF_COMMANDS = {"_retries", "_retry_delay", "_retry_until"}  # what pyinfra does where one fails


@dataclass
class _Batch:
    """The questions that were sent to a box in one stage, and those that it was asked in all."""

    mark: begun.Mark | None
    at: float = field(default_factory=time.monotonic)
    answers: dict[Key, AsyncResult[Answer | None]] = field(default_factory=dict)
    # those that were taken, each with whether it was for other boxes
    taken: set[tuple[Key, bool]] = field(default_factory=set)
    asked: dict[Known, None] = field(default_factory=dict)
    unanswered: set[Known] = field(default_factory=set)
    was_sent: bool = False

    def holds(self) -> bool:
        return self.mark is not None and self.mark.holds() and time.monotonic() - self.at < HOLDS


class _OfBox:
    """What is foreseen of one box in this run."""

    def __init__(self, path: Path, key: list[str]) -> None:
        self.path, self.key = path, key
        self.known = load(path, key)
        self.batches: dict[Stage, _Batch] = {}

    def foresees(self, stage: Stage, one: Known) -> bool:
        return any(
            (one.fact, one.arguments) == (known.fact, known.arguments)
            for known in self.known.get(stage, ())
        )

    def keep(self) -> None:
        """Keep what the next run is to foresee."""
        then = {
            **self.known,
            **{
                stage: after(
                    self.known.get(stage, ()), batch.asked, batch.was_sent, batch.unanswered
                )
                for stage, batch in self.batches.items()
            },
        }
        if then != self.known:
            keep(self.path, self.key, then)
            self.known = then
        self.batches.clear()


class _Run(BaseStateCallback):
    """The boxes of a run, and a listener for its end."""

    def __init__(self) -> None:
        self.deploy: str | None = None
        self.boxes: dict[Host, _OfBox | None] = {}

    def host_disconnect(self, state: State, host: Host) -> None:  # type: ignore[override]
        if (its := self.boxes.pop(host, None)) is not None:
            its.keep()


_runs: PerRun[_Run] = PerRun(_Run)


def foreseen(
    host: Host, one: Known | None, question: Question, how: Mapping[str, Any], make: Make
) -> Answer | None:
    """What ``host`` has said to ``question``, which was foreseen; None where it is to be asked.

    Args:
        host: the box, connected.
        one: the question as it is kept; None: it is none that is.
        question: as it would be asked.
        how: pyinfra's arguments that say as whom.
        make: makes the questions that are kept.

    Example::

        foreseen(host, None, Question("id -u", "its user"), {}, make) is None  # True
    """
    host = itself(host)
    if one is None or is_alone() or not _may_be_foreseen(host, how):
        return None
    if (its := _of(host)) is None:
        return None
    stage: Stage = "execute" if host.state.is_executing else "prepare"
    if (batch := its.batches.get(stage)) is None:
        batch = its.batches[stage] = _Batch(begun.mark())
        questions = map(make, [one for one in its.known.get(stage, ()) if one.is_sent])
        _send(host, batch, [question for question in questions if question], how)
    if batch.holds() or its.foresees(stage, one):
        batch.asked[one] = None
    if not batch.holds():
        return None
    key, for_others = (question.script, question.requires), is_for_others()
    result = batch.answers.get(key)
    if result is None or (key, for_others) in batch.taken:
        return None
    batch.taken.add((key, for_others))
    answer: Answer | None = result.get()
    # what was waited for may have taken its time
    if not batch.holds():
        return None
    if answer is None:
        batch.unanswered.add(one)
    return answer


def _may_be_foreseen(host: Host, how: Mapping[str, Any]) -> bool:
    # until its lock is held, another run may be at work there
    is_ours = is_held(host) or not this_run(host.state).purpose.locks
    # of this machine nothing is saved, and a deploy file may change it without any program
    return is_ours and by_ssh(host) is not None and _is_as_root(host, how)


def _is_as_root(host: Host, how: Mapping[str, Any]) -> bool:
    given = {key for key, value in how.items() if value}
    return given <= _AS_ROOT | _OF_COMMANDS and bool(how.get("_sudo")) == needs_sudo(host)


def note_deploy(run: State) -> None:
    """Take note of the deploy file that ``run`` is at: the first one names what is foreseen.

    pyinfra has forgotten it when it executes.

    Example::

        note_deploy(host.state)
    """
    kept = _run(run)
    kept.deploy = kept.deploy or run.current_deploy_filename


def _run(run: State) -> _Run:
    if (kept := _runs.known(run)) is None:
        kept = _runs.of(run)
        run.add_callback_handler(kept)  # type: ignore[no-untyped-call]
    return kept


def _of(host: Host) -> _OfBox | None:
    run = host.state
    note_deploy(run)
    kept = _run(run)
    if kept.deploy is None:
        return None  # of no deploy, and so of no next time
    if host not in kept.boxes:
        site = Path(run.cwd or ".").resolve()
        key = [str(site), kept.deploy, str(host.name), _version()]
        path = path_of(site, kept.deploy, str(host.name))
        kept.boxes[host] = None if path is None else _OfBox(path, key)
        _count_all(run)
    return kept.boxes[host]


@cache
def _version() -> str:
    try:
        return version("dockwright")
    except PackageNotFoundError:  # of a folder that nobody installed
        return ""


def _count_all(run: State) -> None:
    """Have what pyinfra itself does on any box counted, by whichever connector."""
    for other in run.inventory:
        on_each_use(other.connector, begun.under_way)


def _send(host: Host, batch: _Batch, questions: list[Question], how: Mapping[str, Any]) -> None:
    if batch.mark is None or not questions:
        return
    limit = patience(host)
    if (line := command(questions, limit)) is None:
        return
    batch.was_sent = True
    batch.answers = {(one.script, one.requires): AsyncResult() for one in questions}
    gevent.spawn(_receive, host, dict(batch.answers), questions, line, dict(how), limit)


def _receive(
    host: Host,
    results: Mapping[Key, AsyncResult[Answer | None]],
    questions: list[Question],
    line: str,
    how: Mapping[str, Any],
    limit: float,
) -> None:
    """Give each question its answer; None to those that have none: they are asked by themselves."""
    answers = Incoming(questions)
    try:
        what = "what it was asked before"
        line = command_line(host, line, how)
        with program(host, line, what, seconds=limit, given=b"") as asked:
            deadline = Deadline(limit)
            while answers.left and not answers.is_too_long:
                if not (data := asked.read(deadline.left())):
                    return
                for question, answer in answers.take(data):
                    results[question.script, question.requires].set(answer)
                    if answer is not None and answer.noise.strip():
                        tell_noise(host, answer.noise)
                gevent.sleep(0)
    except (TimeoutError, OSError, EOFError, SSHException, DockwrightError):
        pass  # who asks by himself is told why
    finally:
        for result in results.values():
            if not result.ready():
                result.set(None)
