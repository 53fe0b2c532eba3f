"""A box's turn at its updates: lists, packages, and its boot jobs up again before the next box.

It is one command, as a place among the boxes is held from its beginning to its end; what is behind
is asked anew once the lists are fetched. Who asks for it: `updates.packages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright import scripts
from dockwright.box import log
from dockwright.box.fact import fact_of
from dockwright.box.privilege import as_root
from dockwright.commands.no_room import explained
from dockwright.commands.script import Script
from dockwright.engine.health import Patience, Watch
from dockwright.engine.place import FIND
from dockwright.errors import DockwrightError
from dockwright.facts.boot import BootJobs
from dockwright.facts.engine import Engine
from dockwright.facts.updates import Replaced, Updates, Upgrade, UpgradeSteps
from dockwright.inits.init import INITS, engine_job
from dockwright.inits.names import leaf_of
from dockwright.operations.engine.replaced import RESTARTS
from dockwright.operations.updates.chosen import Choice, check, chosen
from dockwright.operations.updates.words import after_lines, left_lines, tell
from dockwright.site.apt_policy import is_engine
from dockwright.switching.roll_out import UPDATES, failed_boxes, roll_out
from dockwright.switching.said import Said

_PATIENTLY = scripts.text("updates/patiently")
# $1: finish or not; $2: fetch or not
_REFRESH = f"{_PATIENTLY}\n{scripts.text('updates/refresh')}"
# each argument: a package
_UPGRADE = "\n".join(
    (FIND, _PATIENTLY, scripts.text("updates/parted"), scripts.text("updates/upgrade"))
)


@dataclass(frozen=True)
class _Goal:
    """What a turn is to do; `take_turn` says what its fields mean."""

    which: str
    engine: bool
    stale: bool
    halfway: bool
    patience: Patience


def take_turn(
    which: str, engine: bool, stale: bool, halfway: bool, wait: float, steady: float
) -> None:
    """Bring the box that pyinfra is at up to date, once those before it are through.

    Args:
        which, engine, wait, steady: as of `updates.packages`.
        stale: whether apt's lists are to be fetched.
        halfway: whether an interrupted dpkg is to be finished.

    Raises:
        DockwrightError: an update failed on a box before, and this one is not begun; or it fails
            here.

    Example::

        take_turn("security", engine=False, stale=True, halfway=False, wait=60, steady=3)
    """
    goal = _Goal(which, engine, stale, halfway, Patience(wait, steady))
    host: Host = ctx_host.get()  # type: ignore[no-untyped-call]

    def may_begin() -> None:
        failed = failed_boxes(host.state, UPDATES, host.current_op_hash)
        others = sorted(failed.keys() - {str(host.name)})
        if others:
            first = next((box for box in turns.failed if box in others), others[0])
            raise DockwrightError(
                f"box {host.name}: not begun: the updates failed on box {first}; nothing is "
                "changed here: mend that one, then run again"
            )

    turns = roll_out(host.state, UPDATES, 1)
    with turns.turn(str(host.name), may_begin):
        _update(host, goal)


def _update(host: Host, goal: _Goal) -> None:
    how = as_root(host)
    unwell = _not_up(host, how)
    if goal.stale or goal.halfway:
        words = ("finish" if goal.halfway else "-", "fetch" if goal.stale else "-")
        _run(host, Script("fetching apt's lists", _REFRESH, *words), how)
    on_box = fact_of(host, Updates, **how)
    choice = chosen(on_box, goal.which, goal.engine, lambda: fact_of(host, BootJobs, **how))
    steps = UpgradeSteps()
    if choice.names:
        steps = fact_of(host, Upgrade, choice.names, **how)
        check(str(host.name), steps, goal.engine)
    for line in left_lines(choice, steps):
        tell(host, line)
    if steps.upgraded:
        _upgrade(host, goal, choice, steps, how)
    if steps.upgraded or goal.halfway:
        _until_up(host, goal.patience, unwell, how)
    reboot = fact_of(host, Updates, **how).reboot
    services = fact_of(host, Replaced, **how)
    for line in after_lines(reboot, services):
        tell(host, line)


def _upgrade(
    host: Host, goal: _Goal, choice: Choice, steps: UpgradeSteps, how: dict[str, Any]
) -> None:
    names = [name for name in choice.names if name in steps.upgraded]
    count = f"{len(names)} package{'' if len(names) == 1 else 's'}"
    _run(host, Script(f"upgrading {count}", _UPGRADE, *names), how)
    for name, (old, new) in sorted(steps.upgraded.items()):
        log.info(host, f"{name}: {old} → {new}")
    for name, version in sorted(steps.installed.items()):
        log.info(host, f"{name}: {version}, which others need from now on")
    engine = fact_of(host, Engine, **how) if any(map(is_engine, steps.upgraded)) else None
    if engine is not None and engine.replaced and not engine.unit:
        # a policy-rc.d, or another hand, kept its package from it
        text = f"{FIND}{engine_job(engine.init).shell}{RESTARTS}"
        _run(host, Script("restarting the engine", text, f"{goal.patience.wait:.0f}"), how)


def _until_up(host: Host, patience: Patience, unwell: list[str], how: dict[str, Any]) -> None:
    on_box = fact_of(host, BootJobs, **how)
    jobs = _jobs(on_box.init, on_box.files)
    if on_box.init is None or not jobs:
        return
    watch = Watch(host, patience, Said(host, INITS[on_box.init], how))
    try:
        watch.until_up(jobs)
    except DockwrightError as error:
        before = f"; it was not up before either: {', '.join(unwell)}" if unwell else ""
        raise DockwrightError(f"box {host.name}: upgraded, and then: {error}{before}") from error


def _not_up(host: Host, how: dict[str, Any]) -> list[str]:
    """The boot jobs that are not up as yet."""
    on_box = fact_of(host, BootJobs, **how)
    return [
        job
        for job in _jobs(on_box.init, on_box.files)
        if (container := on_box.containers.get(job)) is None
        or not container.running
        or container.health not in (None, "healthy")
    ]


def _jobs(init: str | None, paths: Any) -> list[str]:
    """All boot jobs of a box that are to be kept up, by its files."""
    if init is None:
        return []
    units = [unit for path in paths if (unit := INITS[init].unit_of(path)) is not None]
    leaves = {leaf_of(unit) for unit in units} - {None}
    return sorted(job for leaf in leaves for job in INITS[init].kept_up(str(leaf), units)[0])


def _run(host: Host, script: Script, how: dict[str, Any]) -> None:
    done = script.run(host, how)
    if done.ok:
        return
    lines = script.why(host, done) or ["ended without a word, as what is killed does"]
    for line in lines[:-1]:
        log.info(host, line)
    # the last line of apt is that dpkg failed; whose fault it was, dpkg says before
    named = [line for line in done.errors if line.startswith("dpkg: error processing")]
    why = " ".join([*named[:1], lines[-1]])
    raise DockwrightError(explained(host, f"box {host.name}: {script.what}: {why}"))
