"""One part put back on a box from a backup: beside what is there, and in its place at once."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import datetime

from pyinfra.api.host import Host

from dockwright.backup.parts import SECRETS, Part
from dockwright.backup.snapshots import Snapshot, chosen
from dockwright.box.privilege import as_root
from dockwright.box.process import do
from dockwright.commands.script import Script
from dockwright.engine.health import Patience
from dockwright.errors import DockwrightError, shown
from dockwright.facts.boot import Boot, BootJobs
from dockwright.inits.init import INITS, Init, Steps
from dockwright.inits.names import leaf_of
from dockwright.run.backup.access import Access
from dockwright.run.backup.restic import listed, stage
from dockwright.scripts import text
from dockwright.site.settings import settings
from dockwright.switching.former import Former

_SWITCH = text("backup/switch")


def put(
    host: Host,
    opens: Access,
    part: Part,
    place: str,
    at: datetime | None,
    say: Callable[[str], None],
) -> Snapshot | None:
    """Restore ``part`` on ``host``: its leaf is stopped only while data changes places.

    The former data lie beside the new ones (``….dockwright-former``) until the leaf is up. Where
    it does not come up, they are put back, and it runs as before.

    Args:
        host: the box, connected and locked.
        opens: what opens the target.
        part: what is restored; its box is of no matter.
        place: of the part that was backed up, as `Part.place`.
        at: a moment; None for the newest backup.
        say: told what happens.

    Returns:
        The backup that it was restored from; None of secrets, where the box had none.

    Raises:
        DockwrightError: there is no such backup, it could not be restored, or the leaf does not
            come up with it; then all is as before.

    Example::

        put(host, access, part, part.place, None, print)
    """
    if not part.whole:
        raise DockwrightError(
            f"{place}: only which images it had was kept, and not these; `dockwright apply` builds "
            "and pushes them anew"
        )
    known = listed(host, opens, place)
    if not known and part.name == SECRETS:
        say(f"{place}: nothing there")
        return None
    snapshot = chosen(known, place, at)
    places = stage(host, opens, place, snapshot, part.sources)
    boot: Boot = host.get_fact(BootJobs, **as_root(host))
    jobs, units = _of_leaf(boot, part.leaf)
    init = INITS.get(boot.init or "")
    try:
        _change(host, init, units, "switch", places)
    except DockwrightError as error:
        raise DockwrightError(f"box {host.name}: {place}: all is as before: {error}") from error
    if init is not None and jobs:
        try:
            _wait(host, init, part.leaf, jobs)
        except DockwrightError as error:
            _change(host, init, units, "back", places)
            raise DockwrightError(
                f"box {host.name}: {part.leaf} did not come up with the backup of "
                f"{snapshot.moment}, and its former data are put back: {error}"
            ) from error
    _script(host, "former data away", f"{_switch('done', places)}\n")
    up = f"{part.leaf} is up" if jobs else "`dockwright apply` starts what is to run with it"
    say(f"{host.name}: {place} of {snapshot.moment} is restored; {up}")
    return snapshot


def stop(host: Host, leaf: str) -> None:
    """Stop the jobs of ``leaf`` on a box.

    Raises:
        DockwrightError: the box's init does not.

    Example::

        stop(host, "wiki")
    """
    _tell(host, leaf, "stopped", lambda init: init.stop)


def start(host: Host, leaf: str) -> None:
    """Start them again.

    Raises:
        DockwrightError: the box's init does not.

    Example::

        start(host, "wiki")
    """
    _tell(host, leaf, "started", lambda init: init.start)


def runs(host: Host, leaf: str) -> bool:
    """Whether a box has jobs of ``leaf`` that live on.

    Raises:
        DockwrightError: it does not answer.

    Example::

        runs(host, "wiki")  # True
    """
    return bool(_of_leaf(host.get_fact(BootJobs, **as_root(host)), leaf)[0])


def _tell(host: Host, leaf: str, what: str, steps: Callable[[Init], Steps]) -> None:
    boot: Boot = host.get_fact(BootJobs, **as_root(host))
    _, units = _of_leaf(boot, leaf)
    init = INITS.get(boot.init or "")
    if init is not None and units:
        _script(host, f"{leaf}: {what}", _lines(init, steps(init), units))


def _of_leaf(boot: Boot, leaf: str) -> tuple[tuple[str, ...], list[str]]:
    """The jobs of a leaf that live on, and the units of these and of its groups."""
    init = INITS.get(boot.init or "")
    if init is None or not leaf:
        return (), []
    units = [
        unit
        for path in boot.files
        if (unit := init.unit_of(path)) is not None
        and leaf_of(unit) == leaf
        and init.owned(leaf, path)
    ]
    jobs, groups = init.kept_up(leaf, units)
    return tuple(sorted(jobs)), [*jobs.values(), *groups]


def _change(
    host: Host, init: Init | None, units: Sequence[str], what: str, places: Sequence[str]
) -> None:
    """In one script, which the box ends though nobody hears of it: no leaf stays stopped."""
    stopped = "" if init is None else _lines(init, init.stop, units)
    started = "" if init is None else _lines(init, init.start, units)
    script = (
        f"{stopped}\nstatus=0\n"
        f"({_switch(what, places)}\n) || {{ status=1\n({_switch('back', places)}\n)\n}}\n"
        f"{started}\nexit $status\n"
    )
    _script(host, f"data: {what}", script)


def _switch(what: str, places: Sequence[str]) -> str:
    return f"{shlex.join(['set', '--', what, *places])}\n{_SWITCH}"


def _lines(init: Init, steps: Sequence[tuple[str, ...]], units: Sequence[str]) -> str:
    return "".join(f"{shlex.join(argv)} >&2\n" for argv in init.say(tuple(steps), units))


def _script(host: Host, what: str, script: str) -> None:
    done = do(host, Script(what, script).command(), as_root(host))
    if not done.ok:
        why = shown(" ".join(done.errors), 400) or f"exit status {done.status}"
        raise DockwrightError(f"box {host.name}: {what}: {why}")


def _wait(host: Host, init: Init, leaf: str, jobs: Sequence[str]) -> None:
    here = settings(host.data.dict(), str(host.name))  # type: ignore[no-untyped-call]
    former = Former(host, init, leaf, as_root(host))
    former.watch(Patience(here.wait_seconds, here.steady_seconds)).until_up(jobs)
