"""`dockwright backup drill`: the newest backups restored into throw-away boxes, and tried there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.host import Host
from pyinfra.context import ctx_host

from dockwright import lab
from dockwright.backup.parts import Part
from dockwright.box.privilege import as_root
from dockwright.box.process import do
from dockwright.deploys.box import this_box
from dockwright.errors import DockwrightError
from dockwright.places import BACKUPS
from dockwright.run.backup.access import Access
from dockwright.run.backup.chosen import declared_parts
from dockwright.run.backup.put import put
from dockwright.run.backup.restic import equip
from dockwright.run.backup.save import site_access
from dockwright.run.backup.tried import (
    RunningJob,
    check,
    fetch_folder,
    fetch_images,
    give_folder,
    load_images,
    running,
    start,
)
from dockwright.run.inventory import connected, find, load, members, present
from dockwright.site.backup import LeafBackup
from dockwright.site.settings import Settings
from dockwright.terminal import echo

NAME, SUBNET = "drill", "192.168.49.0/24"
_PACKAGES = ("docker.io", "restic")
_INVENTORY = """
from pathlib import Path

from dockwright import lab

docker_hosts = lab.inventory({name!r}, Path({state!r}))
"""


@dataclass(frozen=True)
class DrillLab:
    """The lab that backups are tried in: its name, subnet, suite and folder, by default its own."""

    name: str = NAME
    subnet: str = SUBNET
    suite: str | None = None
    state: Path | None = None


@dataclass
class _Tried:
    """A box of the site, what is tried of it, and what became of that by part."""

    settings: Settings
    parts: list[Part]
    jobs: list[RunningJob] = field(default_factory=list)
    tried: dict[str, str] = field(default_factory=dict)  # the backup's moment
    failed: dict[str, str] = field(default_factory=dict)


def drill(
    boxes: Sequence[str] = (),
    inventory: str | None = None,
    place: DrillLab | None = None,
    say: Callable[[str], None] = echo,
) -> list[str]:
    """Try the newest backups of ``boxes``, and note on each box which of them were well.

    Each part is restored into a box of a lab on this machine; its leaf is started there with the
    image that it runs, in a network that leads nowhere; its health and its own check are asked.

    Args:
        boxes: names or groups; empty for all.
        inventory: as for `dockwright.run.inventory.load`.
        place: the lab.
        say: told what happens.

    Returns:
        A line for each part that was not well.

    Raises:
        DockwrightError: no such inventory or box; this machine can have no lab, or has one of that
            name already.

    Example::

        drill(["app1"])  # []
    """
    at = place or DrillLab()
    with TemporaryDirectory(prefix="dockwright-drill-") as made:
        folder = Path(made)
        with load(inventory) as loaded:
            hosts = members(loaded, boxes) if boxes else present(loaded)
            opens = site_access(hosts[0], say)
            of = {str(host.name): _asked(host, opens, folder, say) for host in hosts}
        of = {name: one for name, one in of.items() if one.parts}
        if not any({p.name for p in one.parts} - one.failed.keys() for one in of.values()):
            return [why for one in of.values() for why in one.failed.values()]
        _in_lab(of, opens, folder, at, say)
        with load(inventory) as loaded:
            for name, one in of.items():
                with connected(find(loaded, name)):
                    _note(find(loaded, name), one.tried)
    return [why for one in of.values() for why in one.failed.values()]


def _asked(host: Host, opens: Access, folder: Path, say: Callable[[str], None]) -> _Tried:
    """What is to be tried of a box, with the images that its leaves run as files of ``folder``."""
    name = str(host.name)
    with ctx_host.use(host):
        made = _Tried(this_box().settings, [one for one in declared_parts(host) if one.whole])
    if not made.parts:
        return made
    try:
        with connected(host):
            for part in made.parts:
                try:
                    its = running(host, [part.leaf] if part.leaf else [])
                    fetch_images(host, [job.image for job in its], folder)
                    made.jobs += its
                except DockwrightError as error:
                    made.failed[part.name] = str(error)
            if opens.target.of == "folder":
                places = [part.place for part in made.parts]
                fetch_folder(host, opens.target.base, places, folder / f"{name}.backups")
    except DockwrightError as error:
        made.failed |= {part.name: str(error) for part in made.parts}
    say(f"{name}: {len(made.jobs)} jobs and {len(made.parts)} backups to try")
    return made


def _in_lab(
    of: Mapping[str, _Tried], opens: Access, folder: Path, at: DrillLab, say: Callable[[str], None]
) -> None:
    names = {f"drill{number}": name for number, name in enumerate(of, 1)}
    settings = lab.settings_for(at.name, list(names), at.suite, at.subnet, at.state)
    if (settings.folder / "lab.json").exists():
        raise DockwrightError(
            f"lab {at.name}: there already; `dockwright lab down --name {at.name}` takes it away"
        )
    inventory = folder / "drill.py"
    inventory.write_text(_INVENTORY.format(name=at.name, state=str(settings.state_dir)))
    try:
        lab.up(settings, packages=_PACKAGES)
        with load(str(inventory)) as loaded:
            for throw_away, name in names.items():
                host = find(loaded, throw_away)
                with connected(host):
                    _try_box(host, name, of[name], opens, folder, say)
    finally:
        lab.down(at.name, settings.state_dir)


def _try_box(
    host: Host, name: str, one: _Tried, opens: Access, folder: Path, say: Callable[[str], None]
) -> None:
    equip(host)
    if opens.target.of == "folder":
        give_folder(host, opens.target.base, folder / f"{name}.backups")
    for part in one.parts:
        if part.name in one.failed:
            continue
        try:
            snapshot = put(host, opens, part, part.place, None, lambda line: None)
            moment = "" if snapshot is None else snapshot.moment
            jobs = [job for job in one.jobs if job.leaf == part.leaf and part.leaf]
            load_images(host, [job.image for job in jobs], folder)
            for job in jobs:
                start(host, job, one.settings)
            own = opens.backup.leaves.get(part.leaf, LeafBackup()).check
            if own and jobs:
                check(host, jobs[0], own)
            one.tried[part.name] = moment
            well = f"; {part.leaf} is up with it{', and its check is well' if own else ''}"
            if snapshot is None:
                say(f"{part.place}: nothing there")
                continue
            say(f"{part.place}: the backup of {moment} is restored{well if jobs else ''}")
        except DockwrightError as error:
            one.failed[part.name] = f"{part.place}: {error}"


def _note(host: Host, tried: Mapping[str, str]) -> None:
    for part in tried:
        path = f"{BACKUPS}/drill.{part}"
        line = StringCommand(
            "umask 077 && mkdir -p", BACKUPS, "&& date -u +%FT%TZ >", QuoteString(path)
        )
        if not do(host, line, as_root(host)).ok:
            raise DockwrightError(f"box {host.name}: {path}: not written; see its room")
