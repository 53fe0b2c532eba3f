"""Updates of a box's packages: what is behind, brought up to date one box after the other."""

from __future__ import annotations

from typing import Literal

from pyinfra import host
from pyinfra.context import ctx_host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.box.this_run import this_run
from dockwright.commands.declare import Call, Commands, operation
from dockwright.commands.expected import RESTART, expect
from dockwright.errors import DockwrightError
from dockwright.facts.boot import BootJobs
from dockwright.facts.updates import Replaced, Updates, Upgrade, UpgradeSteps
from dockwright.operations.updates.chosen import Choice, check, chosen
from dockwright.operations.updates.turn import take_turn
from dockwright.operations.updates.unattended import unattended
from dockwright.operations.updates.words import after_lines, behind_line, days, left_lines, tell
from dockwright.site.apt_policy import is_engine

__all__ = ["behind", "packages", "unattended"]

Which = Literal["security", "all"]


@operation()
def packages(
    which: Which = "security",
    engine: bool = False,
    lists_hours: float = 1,
    wait: float = 60,
    steady: float = 3,
) -> Commands:
    """Upgrade the packages that are behind; boxes take turns, and none begins once one failed.

    A box is through once every boot job of it is up. What apt can't upgrade without taking another
    package away stays as it is, and so does what is on hold: both are told. The box's own settings
    files are kept. It is not rebooted: that it needs it is told.

    Args:
        which: ``security`` for what a security archive has a newer version of, or ``all``.
        engine: whether the engine's packages (docker.io, docker-ce, containerd, runc …) are
            upgraded too, which restarts it and all that runs on it; not while containers of other
            hands run there.
        lists_hours: how old apt's lists may be; older ones are fetched first. A plan goes by those
            that are there.
        wait: seconds within which each boot job must be up again.
        steady: seconds that one without HEALTHCHECK must stay up.

    Raises:
        OperationError: the archive does not answer, apt or dpkg fails, or a boot job does not come
            up.

    Example::

        updates.packages(which="all")
    """
    if which not in ("security", "all") or lists_hours < 0:
        raise DockwrightError(
            f"updates: which={which!r}, lists_hours={lists_hours:g}: give security or all, and 0 "
            "or more hours"
        )
    on_box = host.get_fact(Updates)
    if not on_box.apt:
        host.noop("no apt, and nothing that it could upgrade")
        return
    choice = chosen(on_box, which, engine, lambda: host.get_fact(BootJobs))
    steps = host.get_fact(Upgrade, choice.names) if choice.names else UpgradeSteps()
    if not host.state.is_executing:
        _tell(choice, steps, on_box.reboot)
    stale = on_box.age is None or on_box.age * 24 > lists_hours
    halfway = on_box.interrupted or bool(on_box.half)
    if not (stale or halfway):  # else it is asked anew behind that
        check(str(host.name), steps, engine)
    if not (steps.upgraded or stale or halfway):
        left = f", but for {', '.join(steps.left)}" if steps.left else ""
        host.noop(f"nothing is behind{left}, by lists {days(on_box.age)} old")
        return
    if halfway:
        details = ("its interrupted work is finished", *on_box.half)
        log.changes(host, [Change("~", "dpkg", details)])
    if stale:
        log.changes(host, [Change("~", "apt's lists", (f"{days(on_box.age)} old → fetched",))])
        log.reason(host, "what else is behind is known once apt's lists are fetched")
    log.changes(host, _changes(choice, steps))
    if any(map(is_engine, steps.upgraded)):
        expect(str(host.name), [RESTART])
    what = "upgrade what is behind, and wait until all boot jobs are up"
    yield Call(what, take_turn, which, engine, stale, halfway, wait, steady)


@operation()
def behind(way: str = "updates.packages", days_old: float = 30) -> Commands:
    """Tell what is behind on the box, by apt's lists as they are; it changes nothing.

    A plan has it among its notes, as a line a box; a run does not ask.

    Args:
        way: what brings it up to date, for that line.
        days_old: of lists that are older it is told too, as nobody knows what is behind.

    Example::

        updates.behind()
    """
    if not host.state.is_executing:
        line = behind_line(host.get_fact(Updates), way, days_old)
        if line is not None:
            this_run(host.state).reminders.append(f"box {host.name}: {line}")
    host.noop("a plan tells what is behind")
    yield from ()


def _changes(choice: Choice, steps: UpgradeSteps) -> list[Change]:
    made = [
        Change("~", name, (f"{old} → {new}", *(["security"] if name in choice.security else [])))
        for name, (old, new) in sorted(steps.upgraded.items())
    ]
    new = [Change("+", name, (version,)) for name, version in sorted(steps.installed.items())]
    return made + new


def _tell(choice: Choice, steps: UpgradeSteps, reboot: str) -> None:
    here = ctx_host.get()  # type: ignore[no-untyped-call]
    for line in left_lines(choice, steps):
        tell(here, line)
    services = host.get_fact(Replaced)
    for line in after_lines(reboot, services):
        tell(here, line)
