"""What a run leaves on each box of it: a line of JSON, whichever command ran it.

`dockwright apply` writes it itself. In a run of pyinfra's own command the deploys (`keep`) have it
written when that run disconnects, however it ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.host import Host
from pyinfra.api.state import BaseStateCallback, State

from dockwright.box.begun import harmless
from dockwright.box.inside.operations import order_on
from dockwright.box.lock import me
from dockwright.box.privilege import as_root
from dockwright.box.process import do
from dockwright.box.reason import did_fail, why_failed
from dockwright.box.this_run import PerRun, this_run
from dockwright.errors import DockwrightError, shown
from dockwright.scripts import text

FOLDER = "/var/log/dockwright"
RUNS = f"{FOLDER}/runs.jsonl"
_MOST = 1 << 20  # bytes of a file; there are two
_WRITE = text("box/record")
# Characters of a line in base64 that stands in the command: csh takes no word of 8 KiB.
_SHORT = 4000


@dataclass(frozen=True)
class Record:
    """One run on one box.

    ``began`` is UTC as ISO 8601, ``commit`` the site's (with ``+`` where files of it were not
    committed; empty: no repository), ``result`` is ``ok``, ``failed`` or ``interrupted``;
    ``members`` are the boxes of the site (`dockwright.site.members`), where the run knew them.
    """

    began: str
    seconds: float  # that it took
    who: str  # ``user@machine (process N)``
    commit: str
    deploy: str  # the deploy files or the command that ran
    result: str
    changed: tuple[str, ...] = ()  # operations, by name
    failed: tuple[str, ...] = ()  # operations, by name
    # why each of those failed, by its name
    reasons: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1  # of a record's form


def write(host: Host, record: Record) -> str | None:
    """Append ``record`` on ``host``; what went wrong, or None, also where it is known to be silent.

    Example::

        write(host, record)
    """
    if host in this_run(host.state).silent:
        return None  # it has been said that the box does not answer
    record = replace(record, members=_members(host.state, record.result))
    line = json.dumps(vars(record)).encode() + b"\n"
    # sshd takes input once it has begun a command. That round trip is spared where nothing was
    # done: `ps` shows what stands in a command, and why something failed is not for everybody.
    short = b64encode(line).decode()
    is_given = record.changed or record.failed or len(short) > _SHORT
    words = [QuoteString(_WRITE), "sh", FOLDER, RUNS, str(_MOST), *([] if is_given else [short])]
    try:
        done = do(
            host, StringCommand("sh", "-c", *words), as_root(host), line if is_given else None
        )
    except DockwrightError as error:
        return f"box {host.name}: {RUNS}: not written: {error}"
    if done.ok:
        return None
    return f"box {host.name}: {RUNS}: not written: {shown(' '.join(done.errors), 200)}"


def _members(run: State, result: str) -> dict[str, Any]:
    known = this_run(run).members
    if known is None:
        return {}
    is_whole = result == "ok" and not this_run(run).in_part
    is_whole = is_whole and all(host in run.active_hosts for host in run.inventory)
    return {box: one.plain() for box, one in (known.whole if is_whole else known.part).items()}


def commit_of(deploy: Path) -> str:
    """The commit of the site that ``deploy`` belongs to, with ``+`` where files differ from it.

    Example:
        >>> commit_of(Path("/"))
        ''
    """

    def git(*words: str) -> str:
        try:
            with harmless():
                done = subprocess.run(
                    ["git", "-C", str(deploy.parent), *words],
                    capture_output=True,
                    text=True,
                    check=False,
                )
        except OSError:  # no git on this machine
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""

    commit = git("rev-parse", "--short=12", "HEAD")
    return f"{commit}+" if commit and git("status", "--porcelain") else commit


@dataclass(frozen=True)
class RunOutcome:
    """What became of one box in a run: names of operations; ``stopped`` at the first not done.

    ``reasons`` says of those that failed why, by name; ``current`` found things as declared.
    """

    changed: tuple[str, ...]
    failed: tuple[str, ...]
    stopped: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    current: int = 0

    @property
    def result(self) -> str:
        """``ok``, ``failed`` or ``interrupted``, as a `Record` has it."""
        return "failed" if self.failed else "interrupted" if self.stopped else "ok"

    def failing(self, why: str = "see above") -> RunOutcome:
        """The same of a run that ended by an error: where it stopped, it failed, and ``why``.

        Example:
            >>> RunOutcome(("a",), (), "b").failing("no such user").reasons
            {'b': 'no such user'}
        """
        if self.failed or not self.stopped:
            return self
        return replace(self, failed=(self.stopped,), reasons={self.stopped: why})


@dataclass(frozen=True)
class Begun:
    """A run that has just begun: what it is called, and the commit of the site it is of."""

    deploy: str
    commit: str
    # by this machine's clock, in UTC
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)  # in seconds, by a clock that nobody sets

    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.clock

    def record(self, of: RunOutcome) -> Record:
        """Its record on a box, now that it is over there."""
        return Record(
            # UTC as ISO 8601
            began=self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            seconds=round(self.seconds(), 1),
            who=me(),
            commit=self.commit,
            deploy=self.deploy,
            result=of.result,
            changed=of.changed,
            failed=of.failed,
            reasons=of.reasons,
        )


def outcome(state: State, host: Host) -> RunOutcome:
    """What became of ``host`` in a run, as pyinfra noted it.

    Example::

        outcome(state, host).result  # 'ok'
    """
    ops = state.ops[host]
    # what fails a box for its parts, which say themselves why, is no row of its own
    ends = {op for op in this_run(state).ends if op in ops and did_fail(host, op)}
    # of one box: all boxes' order, worked out for each of them, takes as long as their square
    declared = [op for op in order_on(host) if op in ops and op not in ends]
    done = [
        (name_of(state, op, host), ops[op])
        for op in declared
        if ops[op].operation_meta.is_complete()
    ]
    changed = tuple(name for name, data in done if data.operation_meta.did_change())
    of_leaves = {op for ops_of_one in this_run(state).leaves.values() for op in ops_of_one}
    failed = {
        name_of(state, op, host): why_failed(host, op)
        for op in declared
        if did_fail(host, op)
        # whoever ignores an error of an operation of theirs wants no failure of it
        and (op in of_leaves or not ops[op].global_arguments["_ignore_errors"])
    }
    left = [op for op in declared if not ops[op].operation_meta.is_complete()]
    return RunOutcome(
        changed,
        tuple(failed),
        name_of(state, left[0], host) if left else "",
        failed,
        len(done) - len(changed) - len(failed),
    )


def order_of(state: State) -> list[str]:
    """The operations of a run, in their order.

    Example::

        order_of(state)  # ['5f1c…', …]
    """
    return list(state.get_op_order())  # type: ignore[no-untyped-call]


def name_of(state: State, op: str, host: Host) -> str:
    """What ``host`` calls an operation, such as ``Leaves | zenweb: boot job``.

    pyinfra tells operations by their place in the deploy file, and has one set of names for what
    all boxes declare there, such as ``{"Users | anna", "Users | bert"}``.

    Example::

        name_of(state, op, host)  # 'Leaves | zenweb: boot job'
    """
    names = sorted(state.get_op_meta(op).names)
    title = state.ops[host][op].global_arguments.get("name") if op in state.ops[host] else None
    # a name within a deploy has the deploy's in front
    its = [name for name in names if title and (name == title or name.endswith(f" | {title}"))]
    return ", ".join(its or names)


class _Keeper(BaseStateCallback):
    """Listens to one run of pyinfra's own command."""

    def __init__(self) -> None:
        self.hosts: set[Host] = set()
        self.deploys: list[str] = []
        self._begun: Begun | None = None

    # pyinfra declares these static, and calls them on the object that it was given
    def operation_host_start(  # type: ignore[override]
        self, state: State, host: Host, op_hash: str
    ) -> None:
        if self._begun is None:
            commit = commit_of(Path(next(iter(self.deploys), ".")))
            self._begun = Begun(", ".join(self.deploys), commit)

    def host_disconnect(self, state: State, host: Host) -> None:  # type: ignore[override]
        # the connection is open still: pyinfra only says that it needs it no more
        if self._begun is None or host not in self.hosts:
            return  # a dry run, or one that somebody said no to
        if (trouble := write(host, self._begun.record(outcome(state, host)))) is not None:
            print(trouble, file=sys.stderr)


_keepers: PerRun[_Keeper] = PerRun(_Keeper)


def keep(host: Host) -> None:
    """Have this run of pyinfra's own command leave a record on ``host``.

    Does nothing in a run that writes its record itself, or is to leave none, as its purpose says.

    Example::

        keep(host)
    """
    run = host.state
    if not this_run(run).purpose.keeps_record:
        return
    if (keeper := _keepers.known(run)) is None:
        keeper = _keepers.of(run)
        run.add_callback_handler(keeper)  # type: ignore[no-untyped-call]
    keeper.hosts.add(host)
    deploy = run.current_deploy_filename
    if deploy and deploy not in keeper.deploys:
        keeper.deploys.append(deploy)
