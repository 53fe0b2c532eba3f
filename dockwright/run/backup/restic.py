"""restic run on a box, by a script that holds and lets go; secrets come on its standard input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from secrets import token_hex
from shlex import join, quote

from pyinfra.api.host import Host

from dockwright.backup.parts import Part
from dockwright.backup.snapshots import Snapshot, Summary, snapshots, summary
from dockwright.backup.trouble import trouble
from dockwright.backup.words import keep, pattern
from dockwright.box.fact import SHAPE
from dockwright.box.file_system import says_no_room
from dockwright.box.privilege import as_root
from dockwright.box.process import do, run
from dockwright.box.program import LOST
from dockwright.commands.script import Script
from dockwright.errors import BoxError, DockwrightError
from dockwright.places import BACKUPS
from dockwright.run.backup.access import Access
from dockwright.scripts import text
from dockwright.site.apt_said import apt_trouble
from dockwright.site.backup import LeafBackup

_BEGIN, _SAVE = text("backup/begin"), text("backup/save")
_SNAPSHOTS, _STAGE = text("backup/snapshots"), text("backup/stage")
_PACKAGE = text("engine/package")
_WORDS = ("paused ", "before ", "summary ", "snapshots ", "staged ")


@dataclass(frozen=True)
class Saved:
    """What a backup of a part came to; ``paused`` are the seconds that its leaf was held."""

    summary: Summary
    paused: float | None
    trouble: str = ""  # of what comes behind it: former ones that could not go


def equip(host: Host) -> None:
    """Have restic on the box, by its distribution's package.

    Raises:
        DockwrightError: apt did not install it, and why.

    Example::

        equip(host)
    """
    script = f"command -v restic >/dev/null && command -v ssh >/dev/null && exit 0\n{_PACKAGE}"
    done = do(host, Script("restic", script, "restic", "openssh-client").command(), as_root(host))
    if not done.ok:
        said = apt_trouble(done.errors)
        why = said.line if said is not None else next(iter(done.errors[-1:]), "apt failed")
        raise DockwrightError(f"box {host.name}: restic: {why}")


def save(host: Host, access: Access, part: Part) -> Saved:
    """Back ``part`` up; its leaf is held only while what has changed meanwhile goes.

    Raises:
        DockwrightError: it could not be, and why; the former backups are as they were.

    Example::

        save(host, access, part).summary.added
    """
    backup = access.backup
    of = backup.leaves.get(part.leaf, LeafBackup())
    script = _filled(
        _SAVE,
        {
            "LEAF": quote(part.leaf),
            "FOLDER": quote(access.target.base if access.target.of == "folder" else ""),
            "SOURCES": join(part.sources),
            "BOX": quote(part.box),
            "HAS_BEFORE": "yes" if of.before else "",
            "BEFORE": join(of.before),
            "HAS_AFTER": "yes" if of.after else "",
            "AFTER": join(of.after),
            "PAUSE": "yes" if of.paused else "",
            "RECORDS": BACKUPS,
            "PART": part.name,
            "KEEP": join(keep(backup.keep)),
        },
    )
    status, said = _run(host, access, part.place, script, ceil(backup.pause_seconds))
    made = _told(said, "summary")
    why = _why(said, access, part.place)
    if not made:
        raise DockwrightError(f"{part.place}: {_lost(status) or why}")
    behind = "" if status == 0 else f"is backed up, and former ones stay: {_lost(status) or why}"
    try:
        paused = next(map(float, _told(said, "paused")), None)
        its, before = summary(made[0]), [summary(one) for one in _told(said, "before")]
        added = its.added + sum(one.added for one in before)
        return Saved(replace(its, added=added), paused, behind)
    except SHAPE as error:
        raise BoxError(
            f"{part.place}: what restic said of it is no summary; try it by hand"
        ) from error


def listed(host: Host, access: Access, place: str) -> list[Snapshot]:
    """The snapshots of the part ``place``, the oldest first, asked on ``host``.

    Raises:
        DockwrightError: the target does not say.

    Example::

        listed(host, access, "app1/wiki")[-1].moment
    """
    status, said = _run(host, access, place, _SNAPSHOTS)
    made = _told(said, "snapshots")
    if status or not made:
        whole = " ".join(said).lower()
        if "is there a repository at" in whole or "does not exist" in whole:
            return []
        raise DockwrightError(f"{place}: {_lost(status) or _why(said, access, place)}")
    try:
        return snapshots(made[0])
    except SHAPE as error:
        raise BoxError(f"{place}: what restic lists are no snapshots; try it by hand") from error


def stage(
    host: Host, access: Access, place: str, snapshot: Snapshot, sources: Sequence[str]
) -> list[str]:
    """Have ``sources`` of a snapshot beside where they are to be; the places of those.

    Raises:
        DockwrightError: the snapshot has not all of them, or it could not be.

    Example::

        stage(host, access, "app1/wiki", newest, ["wikidata"])
        # ['/var/lib/docker/volumes/wikidata/_data']
    """
    triples = []
    for source in sources:
        if source not in snapshot.paths:
            has = ", ".join(snapshot.paths)
            raise DockwrightError(f"{place}: no {source} in the backup of {snapshot.moment}: {has}")
        triples += [source, snapshot.paths[source], pattern(snapshot.paths[source])]
    words = {"TRIPLES": join(triples), "SNAPSHOT": snapshot.id}
    status, said = _run(host, access, place, _filled(_STAGE, words))
    if status:
        if says_no_room("\n".join(said)):
            raise DockwrightError(f"{place}: box {host.name} is full; make room there")
        raise DockwrightError(f"{place}: {_lost(status) or _why(said, access, place)}")
    return _told(said, "staged")


def _run(
    host: Host, access: Access, place: str, script: str, limit: int = 0
) -> tuple[int, list[str]]:
    work = f"/run/dockwright-backup.{token_hex(8)}"
    key = f"{work}/key" if access.ssh_key else ""
    known_hosts = f"{work}/known_hosts" if access.known_hosts else ""
    options = ""
    if access.target.of == "sftp":
        options = join(["-o", f"sftp.command={access.target.ssh(key, known_hosts)}"])
    whole = _filled(
        _BEGIN + script,
        {
            "WORK": work,
            "MARK": f"END-{token_hex(8)}",
            "REPOSITORY": quote(access.target.repository(place)),
            "OPTIONS": options,
            "LIMIT": str(limit),
        },
    )
    said: list[str] = []
    status = run(host, whole, access.stdin(place), said.append)
    return status, said


def _told(said: Iterable[str], word: str) -> list[str]:
    return [line.removeprefix(f"{word} ") for line in said if line.startswith(f"{word} ")]


def _why(said: Iterable[str], access: Access, place: str) -> str:
    lines = [line for line in said if not line.startswith(_WORDS)]
    return trouble(lines, access.target.repository(place))


def _lost(status: int) -> str:
    if status != LOST:
        return ""
    return "the connection broke; what was held is let go by the box itself; run it again"


def _filled(script: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        script = script.replace(f"@{word}@", value)
    return script
