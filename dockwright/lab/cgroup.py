"""A control group of its own for each box, in every hierarchy of a machine without systemd.

There systemd-nspawn puts each box into `payload` under the group it was started in. Two boxes
started from one shell would then share their services' groups: stopping docker.service in one
waits for the other's. Where systemd runs outside, it gives each box a scope, and this is idle.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from dockwright.errors import DockwrightError


def own_groups(mountinfo: str, membership: str) -> list[Path]:
    """This process's group in each mounted hierarchy, from its mountinfo and cgroup files."""
    paths: dict[str, str] = {}
    for line in membership.splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):  # "" is the hierarchy of version 2
            paths[controller] = path
    groups: dict[Path, None] = {}
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        root, at = before.split()[3:5]
        fs_type, _, options = after.split()[:3]
        names = [""] if fs_type == "cgroup2" else options.split(",") if fs_type == "cgroup" else []
        for name in names:
            if name in paths:
                path = paths[name]
                inside = path if root == "/" else path.removeprefix(root)
                groups.setdefault(Path(at) / inside.lstrip("/"))
                break
    return list(groups)


def make(name: str) -> list[Path]:
    """Folders of a new group `name` under this process's own, one a hierarchy."""
    groups = own_groups(
        Path("/proc/self/mountinfo").read_text(encoding="utf-8"),
        Path("/proc/self/cgroup").read_text(encoding="utf-8"),
    )
    made = []
    for parent in groups:
        group = parent / name
        try:
            group.mkdir(exist_ok=True)
            for setting in ("cpuset.cpus", "cpuset.mems"):
                # a new cpuset of version 1 is empty, and takes no process before it has both
                if (group / setting).exists() and not (group / "cgroup.controllers").exists():
                    (group / setting).write_text((parent / setting).read_text())
        except OSError as error:
            raise DockwrightError(
                f"{group}: no control group for a box ({error.strerror}); "
                "make /sys/fs/cgroup writable, or use Vagrant"
            ) from error
        made.append(group)
    return made


def remove(groups: Iterable[Path], seconds: float = 5) -> None:
    """Remove groups whose processes have ended, with all groups below them."""
    until = time.monotonic() + seconds
    for group in groups:
        while group.is_dir():
            below = sorted(group.rglob("*/"), key=lambda path: len(path.parts), reverse=True)
            try:
                for folder in [*below, group]:
                    if folder.is_dir():
                        folder.rmdir()
            except OSError:  # the kernel is still taking its last processes away
                if time.monotonic() > until:
                    break
                time.sleep(0.05)
