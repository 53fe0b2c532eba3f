"""The Docker Engine of a box: its packages, its settings, its service, and who may use it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright import scripts
from dockwright.box import log
from dockwright.box.change import Change
from dockwright.commands.declare import Commands, fail, operation
from dockwright.commands.expected import ENGINE, RESTART, check_settled, expect
from dockwright.commands.script import Script
from dockwright.commands.write import Write
from dockwright.errors import BoxError, DockwrightError
from dockwright.facts.account import Member
from dockwright.facts.engine import Engine
from dockwright.inits.file import File
from dockwright.inits.init import INITS, MACHINES, engine_job
from dockwright.inits.names import arrival
from dockwright.operations.engine.config import config
from dockwright.operations.engine.named import check_named
from dockwright.operations.engine.replaced import replaced
from dockwright.operations.engine.room import room
from dockwright.operations.engine.volumes import volumes
from dockwright.site.platforms import platform
from dockwright.ways_out import WayOut, way_out

__all__ = ["config", "package", "room", "service", "user", "volumes"]

# apt waits for whoever holds its lock, such as unattended upgrades on a fresh box; for the lock
# of its lists it does not wait by itself. What dpkg left half done is done first.
_INSTALL = scripts.text("engine/package")


@operation()
def package(
    packages: Sequence[str] | None = None,
    version: str | None = None,
    init: str | None = None,
    registries: Collection[str] = (),
) -> Commands:
    """Have an engine, the tools our other operations call, and the init of boot jobs.

    An engine that is installed already, whoever made it, is taken as it is unless ``version``
    is asked for.

    Args:
        packages: the packages; by default those of the platform table.
        version: of the first package, as apt has it.
        init: whose boot jobs the box is to have, where that is another one than the machine's.
        registries: those that the engine is to name, as ``host[:port][/path]``.

    Raises:
        OperationError: a platform that is not in the table, or that has no engine of its own; an
            engine that can't name a registry.

    Example::

        engine.package()
    """
    engine = host.get_fact(Engine)
    if engine.unit:
        raise BoxError(engine_job(engine.init).elsewhere(str(host.name), engine.unit))
    check_named(str(host.name), engine, registries)
    wanted = list(packages or ())
    if packages is None:
        here = platform(
            engine.distribution, engine.release, host.name,
            has_engine=engine.dockerd is not None, init=engine.init,
        )  # fmt: skip
        if not here.engine and engine.dockerd is None:
            raise DockwrightError(
                f"box {host.name}: {engine.distribution} {engine.release} has no engine of its own "
                "that is new enough; install one (a static archive) and run this again"
            )
        wanted = [*(() if engine.dockerd else here.engine), *here.tools]
        if version is not None and here.engine:
            wanted = [here.engine[0], *(item for item in wanted if item != here.engine[0])]
    wanted += INITS[init].packages if init is not None and init != engine.init else ()
    missing = [item for item in wanted if item not in engine.packages]
    if version is not None and wanted and engine.packages.get(wanted[0]) != version:
        missing = [f"{wanted[0]}={version}", *(item for item in missing if item != wanted[0])]
    if not missing:
        host.noop(f"the engine is there: {engine.dockerd}")
        return
    for item in missing:
        known, _, wished = item.partition("=")
        now = engine.packages.get(known, "absent")
        log.reason(host, f"{known}: {now} -> {wished or 'installed'}")
    log.changes(host, [Change("+", f"packages {', '.join(missing)}")])
    coming = [] if init is None or not {*INITS[init].packages} & {*missing} else [arrival(init)]
    expect(str(host.name), [ENGINE if engine.dockerd is None else RESTART, *coming])
    yield Script(f"installing {', '.join(missing)}", _INSTALL, *missing)


@operation()
def service(
    restart: bool = False, restarted_by: str = "engine.service(restart=True)", wait: float = 60
) -> Commands:
    """Have the engine running, and coming up with the machine.

    Args:
        restart: whether one that runs another program than is installed is restarted, as long as
            no container of other hands runs on it. Else a plan tells of it, and it is no drift.
        restarted_by: what a plan says has it restarted.
        wait: seconds within which all that ran before is up again.

    Raises:
        OperationError: there is no engine, or no init that we know.

    Example::

        engine.service()
    """
    engine = host.get_fact(Engine)
    if engine.unit:
        raise BoxError(engine_job(engine.init).elsewhere(str(host.name), engine.unit))
    if engine.dockerd is None:
        check_settled(str(host.name), [ENGINE])
        yield fail(f"box {host.name}: no engine (dockerd); install one: engine.package")
        return
    if engine.init not in MACHINES:
        raise DockwrightError(
            f"box {host.name}: its init is none of {', '.join(MACHINES)}; use a box with one"
        )
    if engine.active and engine.enabled == "enabled":
        if engine.replaced:
            yield from replaced(engine, restart, restarted_by, wait)
            return
        host.noop("the engine runs, and comes up with the machine")
        return
    job = engine_job(engine.init)
    steps = job.comes_up(str(host.name), engine)
    state = "running" if engine.active else engine.state or "stopped"
    now = f"{state}, {engine.enabled or 'not enabled'}"
    log.changes(host, [Change("~", "the engine", (f"{now} → running, enabled",))])
    if not engine.active:
        expect(str(host.name), [ENGINE])
    for step in steps:
        if isinstance(step, File):
            yield Write(step.path, step.text, mode=step.mode)
        else:
            yield StringCommand(*map(QuoteString, step))
    if not engine.active:
        yield Script("starting the engine", job.start)


@operation()
def user(user: str) -> Commands:
    """Let ``user`` use the engine: a member of group docker, other groups kept.

    Raises:
        OperationError: no such user.

    Example::

        engine.user("vagrant")
    """
    member = host.get_fact(Member, user)
    if not member.exists:
        raise DockwrightError(
            f"box {host.name}: user {user}: there is none; make it, or {way_out(WayOut.OTHER_USER)}"
        )
    if "docker" in member.groups:
        host.noop(f"{user} is in group docker")
        return
    log.changes(host, [Change("~", f"user {user}", ("+group docker",))])
    yield StringCommand("usermod --append --groups docker", QuoteString(user))
