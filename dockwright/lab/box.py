"""One box as processes: start it detached, know it again, stop it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dockwright.errors import DockwrightError
from dockwright.lab import cgroup as lab_cgroup
from dockwright.lab.commands import run
from dockwright.lab.settings import BoxSpec, LabSettings

# suites whose systemd does not start on version 1 of control groups
VERSION_2_ALONE = ("forky",)
PROC = Path("/proc")
STOP_WAIT = 15.0  # seconds for an orderly shutdown, before the box is killed
# With --keep-unit, systemd-nspawn doesn't start a rebooting box again: it ends with 133, for
# the service manager that it takes to be above it. This loop is that manager.
# Its first argument lists the control groups that it enters first.
SUPERVISOR = """\
for group in $1; do echo $$ >"$group/cgroup.procs" || exit; done
shift
turns=0
while [ "$turns" -lt 1000 ]; do
  "$@"
  [ "$?" -eq 133 ] || exit
  turns=$((turns + 1))
done
"""


def box_folder(lab: LabSettings, box: BoxSpec) -> Path:
    return lab.folder / "boxes" / box.name


def box_root(lab: LabSettings, box: BoxSpec) -> Path:
    return box_folder(lab, box) / "root"


def log_file(lab: LabSettings, box: BoxSpec) -> Path:
    return lab.folder / f"{box.name}.log"


def process_file(lab: LabSettings, box: BoxSpec) -> Path:
    return lab.folder / f"{box.name}.process.json"


def groups_file(lab: LabSettings, box: BoxSpec) -> Path:
    return lab.folder / f"{box.name}.cgroups.json"


def nspawn_command(lab: LabSettings, box: BoxSpec, systemd_outside: bool) -> list[str]:
    """The command of a box. `systemd_outside`: systemd-nspawn asks it for a scope of its own."""
    command = [
        "systemd-nspawn",
        f"--directory={box_root(lab, box)}",
        "--boot",
        "--quiet",
        f"--machine={lab.name}-{box.name}",
        f"--hostname={box.name}",
        "--register=no",
        f"--network-bridge={lab.bridge}",
        "--capability=all",
        "--system-call-filter=@keyring bpf",
        "--resolv-conf=off",
        "--timezone=off",
        "--console=read-only",
    ]
    if not systemd_outside:
        command.append("--keep-unit")
    # systemd 256 and later start on version 1 of control groups only when told to
    return [*command, "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1"]


def unified(suite: str, *, machine_is_unified: bool) -> dict[str, str]:
    """What systemd-nspawn is told of control groups: systemd 258 knows version 2 alone.

    On a machine with version 1 such a box has a hierarchy of version 2 without controllers: its
    engine runs containers, and bounds none of them (memory is ignored, ``--cpus`` refused).

    Example:
        >>> unified("forky", machine_is_unified=False)
        {'SYSTEMD_NSPAWN_UNIFIED_HIERARCHY': '1'}
    """
    needs = suite in VERSION_2_ALONE and not machine_is_unified
    return {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"} if needs else {}


def start(lab: LabSettings, box: BoxSpec) -> None:
    """Start the box in a session of its own; its output goes to its log."""
    systemd_outside = Path("/run/systemd/system").is_dir()
    command = nspawn_command(lab, box, systemd_outside)
    is_unified = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    mark = f"dockwright-lab-{lab.name}-{box.name}"
    groups = [] if systemd_outside else lab_cgroup.make(mark)
    names = [str(group) for group in groups]
    groups_file(lab, box).write_text(json.dumps(names) + "\n", encoding="utf-8")
    with log_file(lab, box).open("ab") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", SUPERVISOR, mark, " ".join(names), *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd="/",
            env={**os.environ, **unified(lab.suite, machine_is_unified=is_unified)},
        )
    record = {"pid": process.pid, "started": start_time(process.pid)}
    process_file(lab, box).write_text(json.dumps(record) + "\n", encoding="utf-8")


def start_time(pid: int) -> int | None:
    """When the process began, in clock ticks since boot: with the pid, it names one process."""
    try:
        stat = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else int(fields[19])


def running_pid(lab: LabSettings, box: BoxSpec) -> int | None:
    """The pid of the box's supervisor; None when it ended, or its pid is another's by now."""
    try:
        record = json.loads(process_file(lab, box).read_text(encoding="utf-8"))
        pid, started = int(record["pid"]), record["started"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pid if started is not None and start_time(pid) == started else None


def nspawn_pids(lab: LabSettings, box: BoxSpec) -> list[int]:
    """The systemd-nspawn processes on this box's root, whoever remembers them."""
    wanted = f"--directory={box_root(lab, box)}"
    return [pid for pid, argv in _commands() if "nspawn" in argv[0] and wanted in argv]


def inside_pids(lab: LabSettings, box: BoxSpec) -> list[int]:
    """Processes whose root folder is the box's: its own PID 1 survives a killed nspawn."""
    pids = []
    root = box_root(lab, box)
    for entry in PROC.iterdir() if root.is_dir() else ():
        try:
            if entry.name.isdigit() and (entry / "root").samefile(root):
                pids.append(int(entry.name))
        except OSError:
            continue
    return pids


def _commands() -> Iterator[tuple[int, list[str]]]:
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            argv = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        yield int(entry.name), argv


def is_up(lab: LabSettings, box: BoxSpec) -> bool:
    return running_pid(lab, box) is not None


def stop(lab: LabSettings, box: BoxSpec) -> None:
    """Shut the box down, orderly for STOP_WAIT seconds, then at once."""
    stop_all(lab, [box])


def stop_all(lab: LabSettings, boxes: Sequence[BoxSpec] | None = None) -> None:
    """`stop` for several boxes at the same time, by default all."""
    chosen = lab.boxes if boxes is None else boxes
    for box in chosen:
        supervisor = running_pid(lab, box)
        if supervisor is not None:
            _signal(supervisor, signal.SIGKILL)  # so that nothing starts the box again
        for pid in nspawn_pids(lab, box):
            _signal(pid, signal.SIGTERM)
    until = time.monotonic() + STOP_WAIT
    for box in chosen:
        if not _ended(lab, box, until) or inside_pids(lab, box):
            for pid in nspawn_pids(lab, box) + inside_pids(lab, box):
                _signal(pid, signal.SIGKILL)
            if not _ended(lab, box, time.monotonic() + 10, inside_pids):
                pids = ", ".join(str(pid) for pid in inside_pids(lab, box))
                raise DockwrightError(f"box {box.name}: process {pids} does not end; see `ps`")
        _clear(lab, box)


def _clear(lab: LabSettings, box: BoxSpec) -> None:
    """What a box leaves on the outer machine, more of it when it was killed."""
    process_file(lab, box).unlink(missing_ok=True)
    try:
        groups = [Path(name) for name in json.loads(groups_file(lab, box).read_text())]
    except (OSError, ValueError):
        groups = []
    lab_cgroup.remove(groups)
    groups_file(lab, box).unlink(missing_ok=True)
    # The kernel removes it with the box's network, but later than the process ends; nspawn
    # gives a name too long for an interface as its alternative name.
    run(["ip", "link", "del", f"vb-{lab.name}-{box.name}"], check=False)
    propagate = Path("/run/systemd/nspawn/propagate") / f"{lab.name}-{box.name}"
    if propagate.is_dir():
        propagate.rmdir()


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _ended(
    lab: LabSettings,
    box: BoxSpec,
    until: float,
    find: Callable[[LabSettings, BoxSpec], list[int]] = nspawn_pids,
) -> bool:
    while find(lab, box):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
