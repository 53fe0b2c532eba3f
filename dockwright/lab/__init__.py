"""Lab boxes: up, down, status, reboot, ssh, and the inventory they make for pyinfra.

A box is a systemd-nspawn machine with systemd, sshd and an address of its own. It is no
security boundary: it has all capabilities. Example::

    lab.up(lab.settings_for("lab"), echo=print)
    lab.inventory("lab")
    # [('docker', {'ssh_hostname': '192.168.50.10', 'ssh_user': 'vagrant', ...}), ...]
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dockwright.errors import DockwrightError
from dockwright.lab import access
from dockwright.lab import box as lab_box
from dockwright.lab import network as lab_network
from dockwright.lab import root as lab_root
from dockwright.lab.checks import check_machine
from dockwright.lab.commands import held
from dockwright.lab.inside import prepare
from dockwright.lab.settings import (
    DEFAULT_BOXES,
    DEFAULT_STATE,
    DEFAULT_SUBNET,
    DEFAULT_SUITE,
    BoxSpec,
    LabSettings,
    give_addresses,
    lab_name,
    make_settings,
    state_folder,
)

Echo = Callable[[str], None]


def _silent(_: str) -> None:
    return


def _read(name: str, folder: Path) -> LabSettings | None:
    path = folder / name / "lab.json"
    if not path.exists():
        return None
    return LabSettings.from_json(path.read_text(encoding="utf-8"), folder)


def load(name: str | None = None, state_dir: Path | None = None) -> LabSettings:
    """The lab of that name as it was made; raises DockwrightError where there is none."""
    chosen, folder = lab_name(name), state_folder(state_dir)
    settings = _read(chosen, folder)
    if settings is None:
        option = "" if chosen == "lab" else f" --name {chosen}"
        raise DockwrightError(
            f"the lab {chosen} is down (nothing of it in {folder}); run `dockwright lab up{option}`"
        )
    return settings


def settings_for(
    name: str | None = None,
    boxes: Sequence[str] = (),
    suite: str | None = None,
    subnet: str | None = None,
    state_dir: Path | None = None,
) -> LabSettings:
    """What is asked for, laid over the lab there is: its boxes stay, further ones are added."""
    chosen, folder = lab_name(name), state_folder(state_dir)
    lab = _read(chosen, folder)
    if lab is None:
        return make_settings(
            chosen, boxes or DEFAULT_BOXES, suite or DEFAULT_SUITE, subnet or DEFAULT_SUBNET, folder
        )
    for option, asked, value in (("suite", suite, lab.suite), ("subnet", subnet, lab.subnet)):
        if asked is not None and asked != value:
            raise DockwrightError(
                f"--{option} {asked}: the lab {chosen} was made with {value}; run "
                f"`dockwright lab down{lab_network.named(lab)}` first, or give another --name"
            )
    return replace(lab, boxes=give_addresses(lab.subnet, boxes, lab.boxes))


def up(settings: LabSettings, echo: Echo = _silent, packages: Sequence[str] = ()) -> LabSettings:
    """Bring the lab up and wait until each box answers SSH; what runs already is left alone.

    New boxes have ``packages`` of the distribution beside those of every box: an engine, say.
    """
    check_machine()
    began = time.monotonic()
    with held(f"lab-{settings.name}", echo):
        former = _read(settings.name, settings.state_dir)
        lab = settings_for(
            settings.name,
            [box.name for box in settings.boxes],
            settings.suite,
            settings.subnet,
            settings.state_dir,
        )
        lab_network.check_free(lab)
        if former is None:
            lab_network.claim(lab, echo)
        wanting = [box for box in lab.boxes if not _complete(lab, box).exists()]
        cached = lab_root.cached_root(lab.suite, echo, packages) if wanting else None
        _save(lab)
        lab_network.set_up(lab, echo)
        public = access.make_key(lab)
        for box in lab.boxes:
            if cached is not None and box in wanting:
                _make_root(lab, box, cached, public, echo)
        access.write_known_hosts(lab)
        access.hand_over(lab)
        for box in lab.boxes:
            if not lab_box.is_up(lab, box):
                lab_box.stop(lab, box)  # what a killed supervisor may have left
                lab_box.start(lab, box)
                echo(f"box {box.name} ({box.address}): started")
        for box in lab.boxes:
            access.wait_until_up(lab, box, echo, beside=len(lab.boxes) - 1)
    echo(f"lab {lab.name}: {len(lab.boxes)} boxes up in {time.monotonic() - began:.1f} s")
    return lab


def _complete(lab: LabSettings, box: BoxSpec) -> Path:
    return lab_box.box_folder(lab, box) / "complete"


def _save(lab: LabSettings) -> None:
    """Written before anything is made, so that `down` finds a half-made lab."""
    lab.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    # 0700: the boxes' set-user-ID programs are no business of this machine's users
    (lab.folder / "boxes").mkdir(mode=0o700, exist_ok=True)
    fresh = lab.folder / "lab.json.new"
    fresh.write_text(lab.to_json(), encoding="utf-8")
    fresh.rename(lab.folder / "lab.json")


def _make_root(lab: LabSettings, box: BoxSpec, cached: Path, public: str, echo: Echo) -> None:
    began = time.monotonic()
    lab_box.stop(lab, box)
    root = lab_box.box_root(lab, box)
    lab_root.copy_root(cached, root)
    prepare(lab, box, root, public)
    _complete(lab, box).touch()
    echo(f"box {box.name}: root file system copied in {time.monotonic() - began:.1f} s")


def down(name: str | None = None, state_dir: Path | None = None, echo: Echo = _silent) -> bool:
    """Take the lab down and away: boxes, bridge, rules, files. False when there was none."""
    check_machine(make=False)
    chosen, folder = lab_name(name), state_folder(state_dir)
    with held(f"lab-{chosen}", echo):
        if not (folder / chosen).exists():
            echo(f"lab {chosen}: nothing of it in {folder}")
            return False
        lab = _remains(chosen, folder)
        for box in lab.boxes:
            echo(f"box {box.name} ({box.address}): shutting down")
        lab_box.stop_all(lab)
        lab_network.remove(lab, echo)
        lab_root.remove_tree(lab.folder)
        if folder == DEFAULT_STATE:
            _remove_empty(folder, folder.parent)
    echo(f"lab {chosen}: gone")
    return True


def _remains(name: str, folder: Path) -> LabSettings:
    """The lab's record, or what can be told of a half-made lab without one."""
    try:
        settings = _read(name, folder)
    except DockwrightError:
        settings = None
    if settings is not None:
        return settings
    boxes = [path.name for path in (folder / name / "boxes").glob("*")] or list(DEFAULT_BOXES)
    return make_settings(name, boxes, state_dir=folder)


def _remove_empty(*folders: Path) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def status(name: str | None = None, state_dir: Path | None = None) -> dict[str, Any]:
    """The lab and its boxes; a box is `up`, `starting` (no SSH yet), or `down`."""
    lab = load(name, state_dir)
    boxes = []
    for box in lab.boxes:
        pid = lab_box.running_pid(lab, box)
        boxes.append(
            {
                "name": box.name,
                "hostname": box.hostname,
                "address": box.address,
                "state": _state(lab, box) if pid else "down",
                "pid": pid,
                "log": str(lab_box.log_file(lab, box)),
            }
        )
    return {
        "name": lab.name,
        "suite": lab.suite,
        "subnet": lab.subnet,
        "bridge": lab.bridge,
        "folder": str(lab.folder),
        "boxes": boxes,
    }


def _state(lab: LabSettings, box: BoxSpec) -> str:
    try:
        return "up" if access.answers(lab, box) else "starting"
    except DockwrightError:
        return "down"  # its way there is not the lab's bridge


def reboot(
    name: str | None, box_name: str, state_dir: Path | None = None, echo: Echo = _silent
) -> str:
    """Reboot a box and wait until it answers again; its new boot id."""
    lab = load(name, state_dir)
    box = lab.box(box_name)
    former = access.boot_id(lab, box) if lab_box.is_up(lab, box) else None
    if former is None:
        raise DockwrightError(
            f"box {box.name}: does not answer, so it can't be told to reboot; "
            f"run `dockwright lab up{lab_network.named(lab)}`"
        )
    echo(f"box {box.name} ({box.address}): rebooting")
    access.reboot(lab, box)
    return access.wait_until_up(lab, box, echo, former)


def ssh(
    name: str | None, box_name: str, command: Sequence[str] = (), state_dir: Path | None = None
) -> None:
    """Become ssh: a shell in the box, or one command whose exit status is ours."""
    lab = load(name, state_dir)
    box = lab.box(box_name)
    lab_network.check_route(lab, box.address)
    argv = access.ssh_command(lab, box, command)
    os.execvp(argv[0], argv)  # noqa: S606 - a list, no shell


def inventory(
    name: str | None = None, state_dir: Path | None = None
) -> list[tuple[str, dict[str, Any]]]:
    """The boxes as pyinfra hosts; raises DockwrightError unless the way to each is the lab's."""
    lab = load(name, state_dir)
    hosts: list[tuple[str, dict[str, Any]]] = []
    for box in lab.boxes:
        lab_network.check_route(lab, box.address)
        data = {
            "ssh_hostname": box.address,
            "ssh_user": access.USER,
            "ssh_key": str(access.key_file(lab)),
            "ssh_known_hosts_file": str(access.known_hosts_file(lab)),
            "ssh_strict_host_key_checking": "yes",
            "dockwright_address": box.address,
            "dockwright_hostname": box.hostname,
        }
        hosts.append((box.name, data))
    return hosts
