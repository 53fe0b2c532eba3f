"""What a person is told of updates beside what changes: what stays behind, and what a box needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.this_run import note, this_run
from dockwright.facts.updates import BoxUpdates, UpgradeSteps
from dockwright.operations.updates.chosen import Choice
from dockwright.site.apt_policy import Outdated, is_engine

_NAMED = 6


def tell(host: Host, line: str) -> None:
    """Have a person know ``line`` of ``host``: with a plan, at a run's end, or at once.

    Example::

        tell(host, "needs a reboot: kernel 6.1.0-9-amd64 runs, and 6.1.0-37-amd64 is installed")
    """
    said = f"box {host.name}: {line}"
    # nobody shows the notes of a run that pyinfra's own command began
    if host.state.is_executing and this_run(host.state).purpose.keeps_record:
        log.warning(host, said)
    else:
        note(host.state, said)


def days(age: float | None) -> str:
    """How old lists are.

    Example:
        >>> days(0.02), days(1.2), days(12), days(None)
        ('no day', '1 day', '12 days', 'nobody knows how')
    """
    if age is None:
        return "nobody knows how"
    return {0: "no day", 1: "1 day"}.get(int(age), f"{int(age)} days")


def left_lines(choice: Choice, steps: UpgradeSteps) -> Iterator[str]:
    """A line for each reason why packages stay behind.

    Example:
        >>> old = (Outdated("nginx", "1.0", "2.0", True),)
        >>> list(left_lines(Choice(old), UpgradeSteps(left=["nginx"], removes=["lua"])))
        ['stays behind: nginx 1.0 → 2.0 (apt would take lua away for it)']
    """
    for why, its in choice.kept.items():
        yield f"stays behind: {_versions(its)} ({why})"
    left = [one for one in choice.wanted if one.name in steps.left]
    if left:
        why = "apt keeps it back: see `apt-get upgrade` there"
        if steps.removes:
            why = f"apt would take {', '.join(steps.removes)} away for it"
        yield f"stays behind: {_versions(left)} ({why})"


def after_lines(reboot: str, services: Iterable[str]) -> Iterator[str]:
    """What is to be done by hand once packages are upgraded.

    Example:
        >>> list(after_lines("", ["cron.service"]))
        ['cron.service: runs with libraries that were replaced; restart it, or the box']
    """
    if reboot:
        yield f"needs a reboot: {reboot}"
    if named := _first(sorted(services)):
        one = ", " not in named
        runs, it = ("runs", "it") if one else ("run", "them")
        yield f"{named}: {runs} with libraries that were replaced; restart {it}, or the box"


def behind_line(on_box: BoxUpdates, way: str, days_old: float = 30) -> str | None:
    """What is behind on a box, in one line; None where nothing is to be said.

    Args:
        on_box: what it says.
        way: what brings it up to date.
        days_old: lists that are older are told of.

    Example:
        >>> old = [Outdated("openssl", "1", "2", True), Outdated("zstd", "1", "2", False)]
        >>> behind_line(BoxUpdates(True, 2.5, old), "updates.packages")
        '2 packages are behind, 1 of security (openssl), by lists 2 days old; updates.packages'
    """
    parts = []
    if on_box.outdated:
        count = len(on_box.outdated)
        said = f"{count} package{' is' if count == 1 else 's are'} behind"
        if fixes := [one.name for one in on_box.outdated if one.security]:
            said += f", {len(fixes)} of security ({_first(fixes)})"
        if any(is_engine(one.name) for one in on_box.outdated):
            said += ", the engine's among them"
        parts.append(f"{said}, by lists {days(on_box.age)} old")
    elif on_box.age is not None and on_box.age > days_old:
        parts.append(f"apt's lists are {days(on_box.age)} old: nobody knows what is behind")
    if on_box.half or on_box.interrupted:
        parts.append("dpkg was interrupted")
    line = "; ".join([*parts, way] if parts else [])
    if on_box.reboot:
        line += f"{'; ' if line else ''}it needs a reboot: {on_box.reboot}"
    return line or None


def _versions(packages: Iterable[Outdated]) -> str:
    return _first([f"{one.name} {one.installed} → {one.candidate}" for one in packages])


def _first(names: list[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names if rest <= 0 else [*names[:_NAMED], f"and {rest} more"])
