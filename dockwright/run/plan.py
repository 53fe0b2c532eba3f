"""What a deploy would change on the boxes, found out without changing anything.

pyinfra's operations are generators of commands: here they are asked for all of them, and none is
run. An operation that hangs on another (``_if``) is answered by what is planned for that one.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from paramiko import SSHException
from pyinfra.api.exceptions import PyinfraError
from pyinfra.api.host import Host
from pyinfra.api.state import State, StateOperationHostData
from pyinfra.connectors.util import CommandOutput
from pyinfra.context import ctx_host

from dockwright.box.absent import left_out
from dockwright.box.change import Change
from dockwright.box.connection import broke
from dockwright.box.inside.hosts import hearing
from dockwright.box.inside.operations import begin_anew, declared, keep_only
from dockwright.box.record import name_of, order_of
from dockwright.box.remembered import remember
from dockwright.box.this_run import LOOK, WHILE_EXECUTING, give_up, this_run, why_given_up
from dockwright.commands.told import WholeFile, Words
from dockwright.errors import BoxError, DockwrightError
from dockwright.facts.content import Content
from dockwright.run.describe import described
from dockwright.run.difference import file_change
from dockwright.run.older import newer_boxes
from dockwright.run.planned import Plan, Planned, Status
from dockwright.run.session import prepare, session

_LOGIN = ("_sudo", "_sudo_user", "_su_user")


def plan(
    inventory: str | None,
    deploy: Path,
    limit: Sequence[str] = (),
    only: str | None = None,
    skip: Sequence[str] = (),
) -> Plan:
    """What applying ``deploy`` would do; nothing is changed, and no lock is taken.

    Args:
        inventory: as for `dockwright.run.inventory.load`.
        deploy: a pyinfra deploy file.
        limit: boxes or groups; empty for all boxes.
        only: operations with this text in their name or their deploy's; None for all.
        skip: boxes or groups that nothing is asked of.

    Raises:
        DockwrightError: no box answers, or a deploy or operation that is in error.

    Example::

        plan("inventories/lab.py", Path("deploy/site.py")).drift  # False
    """
    with session(inventory, limit, skip, LOOK) as state:
        prepare(state, deploy)
        newer = newer_boxes(state, deploy)
        draft = planned(state, deploy, only)
        return replace(draft, reminders=(*newer, *draft.reminders))


def planned(state: State, deploy: Path, only: str | None = None) -> Plan:
    """The plan of what `prepare` declared; the operations that ``only`` leaves out are dropped.

    Raises:
        DockwrightError: an operation is in error, none is meant by ``only``, or no box answers.

    Example::

        planned(state, Path("deploy/site.py")).idle  # True
    """
    if only is not None:
        _drop(state, only)
    hosts = [host for host in state.inventory if host in state.active_hosts]
    operations: list[Planned] = []
    for host in hosts:
        remember(host)
    # as in a run, no box is ahead of another: what one will change, others wait for
    for op in order_of(state):
        op_hosts = [host for host in hosts if host in state.active_hosts and op in state.ops[host]]
        operations += _on_all(state, op_hosts, op)
    # pyinfra leaves a box out one of whose facts failed, and goes on with those of an empty one
    with suppress(PyinfraError):  # it was the last one
        for host in [*state.failed_hosts]:
            give_up(host, f"box {host.name}: a fact of it could not be read, see above")
    failed = {str(host.name): why for host, why in this_run(state).given_up.items()}
    asked = tuple(str(host.name) for host in hosts if str(host.name) not in failed)
    if not asked:
        raise DockwrightError("\nerror: ".join(failed.values()))
    reminders = tuple(dict.fromkeys(this_run(state).reminders))
    its = tuple(one for one in operations if one.box not in failed)
    return Plan(str(deploy), asked, its, failed, reminders, left_out(state))


def _on_all(state: State, hosts: Sequence[Host], op: str) -> Sequence[Planned]:
    def on_one(host: Host) -> Planned | Exception:
        with ctx_host.use(host):
            try:
                return _operation(state, host, op)
            except (PyinfraError, DockwrightError) as error:
                return error
            except (SSHException, OSError, EOFError) as error:
                return BoxError(broke(host, error, name_of(state, op, host)))

    answers = dict(zip(hosts, state.pool.map(on_one, hosts), strict=True))
    of_a_box = {host: one for host, one in answers.items() if isinstance(one, BoxError)}
    errors = dict.fromkeys(
        str(one)
        for host, one in answers.items()
        if isinstance(one, Exception) and host not in of_a_box and why_given_up(host) is None
    )
    if errors:
        raise DockwrightError("\nerror: ".join(errors))
    # its last box given up, pyinfra would end the run with words of its own
    with suppress(PyinfraError):
        for host, error in of_a_box.items():
            give_up(host, str(error))
    return [one for one in answers.values() if isinstance(one, Planned)]


def _drop(state: State, only: str) -> None:
    this_run(state).in_part = True
    order = order_of(state)
    names = {
        host: {op: name_of(state, op, host) for op in order if op in ops}
        for host, ops in state.ops.items()
    }
    wanted = {
        host: {op for op, name in its.items() if only.casefold() in name.casefold()}
        for host, its in names.items()
    }
    if not any(wanted.values()):
        every = dict.fromkeys(name for its in names.values() for name in its.values())
        close = get_close_matches(only, every, 1, cutoff=0.3)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise DockwrightError(f"--only {only}: in the name of no operation{hint}")
    for host in state.ops:
        keep_only(state, host, wanted[host])


def _operation(state: State, host: Host, op: str) -> Planned:
    data = state.get_op_data_for_host(host, op)
    hangs, runs = _condition(data)
    with _heard(host) as (said, changes):
        commands = list(data.command_generator()) if runs else []
    data.operation_meta.set_complete(True, commands, CommandOutput([]))
    its = declared(data)
    mode = _mode_given(its.arguments)
    steps = [one for command in commands for one in described(command, mode)]
    lines = [one for one in steps if isinstance(one, Words)]
    missing = [one.line for one in lines if one.of == "missing"]
    awaited = [one.line for one in lines if one.of == "awaited"]
    status: Status = "change"
    if not commands:
        status = "current"
    elif hangs or missing or awaited:
        status = "unknown"
    elif not its.is_idempotent:
        status = "action"
    login: dict[str, Any] = {key: data.global_arguments.get(key) for key in _LOGIN}
    reasons = [one.line for one in lines if one.of == "reason"]
    return Planned(
        box=str(host.name),
        name=name_of(state, op, host),
        status=status,
        reasons=tuple(dict.fromkeys([*said, *reasons, *awaited, *missing])),
        files=tuple(
            file_change(
                one.path, one.text, host.get_fact(Content, one.path, **login), one.mode, one.owner
            )
            for one in steps
            if isinstance(one, WholeFile)
        ),
        commands=tuple(one.line for one in lines if one.of == "command"),
        changes=tuple(changes),
        missing=tuple(missing),
    )


def _mode_given(arguments: Mapping[str, Any]) -> int | None:
    """The mode that an operation of pyinfra's gives its file: ``"600"``, 600 or True (as here)."""
    mode, source = arguments.get("mode"), arguments.get("src")
    try:
        if mode is True and isinstance(source, str):
            return stat.S_IMODE(Path(source).stat().st_mode)
        return int(str(mode), 8) if mode and mode is not True else None
    except (ValueError, OSError):
        return 0  # nobody knows: nothing of it is shown


def _condition(data: StateOperationHostData) -> tuple[bool, bool]:
    """Whether the operation hangs on others, and whether it would run as far as is known."""
    value = data.global_arguments.get("_if")
    conditions = value if isinstance(value, list) else [value] if value else []
    conditions = [one for one in conditions if not hasattr(one, WHILE_EXECUTING)]
    try:
        return bool(conditions), all(condition() for condition in conditions)
    except RuntimeError:  # of an operation that is not through yet
        return True, True


def forget(state: State) -> None:
    """Have every operation as if it had not been planned, so that it can be run.

    Example::

        forget(state)
    """
    for ops in state.ops.values():
        for data in ops.values():
            begin_anew(data)


@contextmanager
def _heard(host: Host) -> Iterator[tuple[list[str], list[Change]]]:
    """What the operation that ``host`` is at says meanwhile: why, and what it changes."""
    said: list[str] = []
    heard = this_run(host.state).heard
    changes = heard[host] = []
    try:
        with hearing(host, said.append):
            yield said, changes
    finally:
        del heard[host]
