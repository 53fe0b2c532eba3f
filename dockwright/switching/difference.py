"""What must be done to a leaf's boot jobs, and why: wanted against there, as values."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dockwright.facts.boot import Boot, Installed
from dockwright.inits.env_file import FOLDER as ENV_FOLDER
from dockwright.inits.file import File
from dockwright.inits.init import Init
from dockwright.inits.reach_file import leaf_of_path, path_of


@dataclass(frozen=True)
class Difference:
    """Files to write and remove, units to enable, restart, start and forget, and why.

    ``alike`` are paths of those to write whose units go on: only their image's name is another.
    ``load`` are paths of files of what the leaf may reach, whose rules are to be loaded.
    """

    write: tuple[File, ...] = ()
    remove: tuple[str, ...] = ()
    reload: bool = False  # whether the init is to read files of units anew that are there already
    enable: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    load: tuple[str, ...] = ()

    @property
    def changing(self) -> tuple[str, ...]:
        """The units that are restarted or started."""
        return (*self.restart, *self.start)

    @property
    def renewing(self) -> tuple[str, ...]:
        """Paths of the files to write that make of the leaf another one than it is."""
        return tuple(file.path for file in self.write if file.path not in self.alike)


def differences(
    files: Sequence[File],
    jobs: Mapping[str, str],
    image: str,
    on_box: Boot,
    init: Init,
    owned: Sequence[str],
    alike: Collection[str] = (),
    looping: Mapping[str, str] | None = None,
    networks: Mapping[str, str] | None = None,
) -> Difference:
    """Compare a leaf's files, units and containers with what the box has.

    Args:
        files: all files the leaf is to have.
        jobs: the unit of each job that is kept up, by the job's name, which is its container's
            too.
        image: ID of the image the containers are to be made from.
        on_box: what the box has.
        init: its init system.
        owned: paths of the leaf's files that the box has.
        alike: of those the paths whose files have another name of the same image.
        looping: units that start over and over, each with what is said of that.
        networks: of a job the network that its container is to be in, where it is its leaf's.

    Example:
        >>> from dockwright.inits.init import INITS
        >>> from dockwright.inits.init import INITS
        >>> differences([], {}, "sha256:1", Boot(), INITS["systemd"], []).reasons
        ()
    """
    reasons: list[str] = []
    write = []
    for file in files:
        why = _file(file, on_box.files.get(file.path))
        if why is not None:
            same = ": another name of its image, no restart" if file.path in alike else ""
            reasons.append(f"{file.path} {why}{same}")
            write.append(file)
    load, wrong = _reach(files, write, on_box)
    reasons += wrong
    gone = [path for path in owned if path not in {file.path for file in files}]
    reasons += [f"{path} is not declared" for path in gone]
    tasks = list(dict.fromkeys(f.unit for f in files if f.unit is not None and f.is_task))
    units = list(dict.fromkeys(f.unit for f in files if f.unit is not None and not f.is_task))
    timers = {file.unit for file in files if file.is_timer}
    overriding = [path for path, unit in on_box.overrides.items() if unit in (*units, *tasks)]
    reasons += [f"{path} overrides what is declared" for path in overriding]
    stale = [unit for unit in (*units, *tasks) if unit in on_box.stale]
    reasons += [f"{unit} is not loaded as its file is" for unit in stale]
    # a unit that is not there yet has no state; an init that enables none has no such state at all
    enable = []
    if init.enable:
        enable = [unit for unit in units if on_box.enabled.get(unit) != "enabled"]
        reasons += [
            f"{unit} is {on_box.enabled[unit]}" for unit in enable if unit in on_box.enabled
        ]
    renewed = {file.unit for file in write if file.path not in alike} | set(stale)
    renewed |= {on_box.overrides[path] for path in overriding}
    renewed |= {unit for job, unit in jobs.items() if _env_file(job) in {f.path for f in write}}
    containers = {
        unit: _container(job, image, on_box) or _network(job, (networks or {}).get(job), on_box)
        for job, unit in jobs.items()
    }
    restart, start = [], []
    for unit in units:
        state = on_box.active.get(unit)
        if unit in (looping or {}):
            # between two of its ends it is as active as any other
            restart.append(unit)
            reasons.append(f"{unit} {(looping or {})[unit]}")
        elif state is not None and init.is_starting(state):
            restart.append(unit)
            reasons.append(f"{unit} is {state}")
        elif state != "active":
            start.append(unit)
            reasons += [f"{unit} is {state}"] if state is not None else []
        elif unit in containers and (unit in renewed or containers[unit]):
            restart.append(unit)
            reasons += [containers[unit] or f"{unit} is to take its new settings"]
        elif unit in timers and unit in renewed:
            restart.append(unit)
            reasons.append(f"{unit} is to take its new times")
        elif unit not in containers and unit in renewed and init.keeps_settings:
            # the group's: all its jobs stop and start with it
            reasons.append(f"{unit} is to take its new settings")
            restart, start = [unit], []
            break
    return Difference(
        write=tuple(write),
        remove=(*gone, *overriding),
        reload=bool(stale),
        enable=tuple(enable),
        restart=tuple(restart),
        start=tuple(start),
        forget=tuple(
            left for path in gone if (left := init.unit_of(path)) and left in on_box.active
        ),
        reasons=tuple(reasons),
        alike=tuple(file.path for file in write if file.path in alike),
        load=load,
    )


def _env_file(job: str) -> str:
    return f"{ENV_FOLDER}/{job}.env"


def _file(file: File, on_box: Installed | None) -> str | None:
    if on_box is None:
        return "is not there"
    content = file.text
    if file.mode == 0o600:
        # of a secret file the fact tells the digest only
        content = hashlib.sha256(file.text.encode()).hexdigest()
    if on_box.content != content and on_box.access != "folder":
        return "differs"
    if on_box.access != f"{file.mode:o}:root:root":
        return f"has {on_box.access}" if ":" in on_box.access else f"is a {on_box.access}"
    return None


def _container(job: str, image: str, on_box: Boot) -> str | None:
    container = on_box.containers.get(job)
    if container is None:
        return f"container {job} is not there"
    if container.image != image:
        return f"container {job} is of {container.image[:19]}, not of {image[:19]}"
    if container.health == "unhealthy":
        return f"container {job} is unhealthy"
    return None if container.running else f"container {job} does not run"


# what is said of a leaf whose box is not as its file of what it may reach says
_WRONG = {
    "rules": "its rules are not loaded as they are in {path}",
    "jumps": "what its containers send does not come to its rules",
    "network": "its network is not there as it is in {path}",
    "ipv6": "its network speaks IPv6, which its rules do not bound",
}


def _reach(
    files: Sequence[File], write: Sequence[File], on_box: Boot
) -> tuple[tuple[str, ...], list[str]]:
    """Paths of the files whose rules are to be loaded, and why, where the files are as declared."""
    load, reasons = [], []
    for path in (file.path for file in files if leaf_of_path(file.path) is not None):
        if any(file.path == path for file in write):
            load.append(path)
        elif wrong := on_box.reaches.get(path, ()):
            load.append(path)
            reasons += [_WRONG.get(one, one).format(path=path) for one in wrong]
    return tuple(load), reasons


def _network(job: str, network: str | None, on_box: Boot) -> str | None:
    container = on_box.containers[job]
    if network is None:
        return None
    if set(container.networks) != {network}:
        names = ", ".join(container.networks) or "none"
        return f"container {job} is in network {names}, not in {network}"
    # it is cut off when the network is made anew
    wrong = on_box.reaches.get(path_of(job.partition(".")[0]), ())
    return f"container {job} is to have its network anew" if "network" in wrong else None
