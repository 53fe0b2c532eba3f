"""An engine that runs another program than is installed: told of, or restarted.

A part of `engine.service`. A package of an engine restarts it where nothing keeps it from that; a
policy-rc.d, a hold by hand or an upgrade under way leaves the former program running.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyinfra import host
from pyinfra.api.command import PyinfraCommand

from dockwright import scripts
from dockwright.box import log
from dockwright.box.change import Change
from dockwright.box.this_run import this_run
from dockwright.commands.expected import RESTART, is_changing
from dockwright.commands.script import Script
from dockwright.engine.place import FIND
from dockwright.errors import Awaited
from dockwright.facts.boot import Boot, BootJobs
from dockwright.facts.engine import EngineState
from dockwright.inits.init import engine_job
from dockwright.inits.names import PREFIX

# $1: seconds until all that ran before is up again; jobs of a box come up with its engine
RESTARTS = scripts.text("engine/restart")


def replaced(engine: EngineState, restart: bool, way: str, wait: float) -> Iterator[PyinfraCommand]:
    """Tell of it, or restart the engine and wait until all that ran on it is up again.

    Args:
        engine: the box's, whose program was replaced.
        restart: whether it is to be restarted; not while containers of other hands run on it.
        way: what has it restarted, for the note in a plan.
        wait: seconds for its containers.

    Example::

        yield from replaced(engine, restart=False, way="engine.service(restart=True)", wait=60)
    """
    running, installed = engine.replaced
    newer = f"runs {running}, and {installed} is installed"
    if running == installed:
        newer = f"runs the program of before its upgrade ({running})"
    others = sorted(foreign(host.get_fact(BootJobs)))
    if restart and not others:
        if is_changing(str(host.name), [RESTART]):
            raise Awaited("waits for what may restart the engine before")
        log.changes(host, [Change("~", "the engine", (f"{running} → {installed}", "restarts"))])
        log.reason(host, f"the engine {newer}")
        shell = engine_job(engine.init).shell
        yield Script("restarting the engine", f"{FIND}{shell}{RESTARTS}", f"{wait:.0f}")
        return
    why = f"; its restart would end containers of other hands: {', '.join(others)}"
    by_hand = engine_job(engine.init).restarted_by
    end = why if restart else f"; `{by_hand}` there restarts it, or {way}"
    line = f"box {host.name}: its engine {newer}{end}"
    if host.state.is_executing:
        log.warning(host, line)
    else:
        this_run(host.state).reminders.append(line)
    host.noop(f"not restarted: the engine {newer}")


def foreign(boot: Boot) -> set[str]:
    """Running containers that are no job's.

    Example::

        foreign(host.get_fact(BootJobs))  # {'theirs'}
    """
    units = {path.rpartition("/")[2] for path in boot.files}
    return {
        name
        for name, container in boot.containers.items()
        if container.running and not any(unit.startswith(f"{PREFIX}{name}.") for unit in units)
    }
