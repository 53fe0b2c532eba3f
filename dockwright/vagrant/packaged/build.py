"""Vagrant's boxes: built, brought up, verified and provisioned, by Vagrant and pyinfra.

Example::

    build.build(["docker", "registry"], Path(), echo=print)
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dockwright.errors import DockwrightError
from dockwright.vagrant import VagrantFolder, libvirt, vagrantfile
from dockwright.vagrant.packaged import run as build_run
from dockwright.vagrant.packaged.run import FOLDER, Echo, VagrantCommands
from dockwright.vagrant.packaged.steps import Build, BuildRecord, drifted, pyinfra, steps, to_do

MACHINES = ("docker", "registry")
_SITE = "deploy/site.py"
# What a box is made from, beside its base and the Vagrantfile's settings
_SOURCES = ("Vagrantfile", "deploy", "dockwright", "inventories", "templates", "images")


def build(
    roles: Sequence[str],
    folder: Path,
    echo: Echo,
    provider: str | None = None,
    rebuild: bool = False,
) -> None:
    """Build the boxes of ``roles``, in that order; what is done is not done again.

    Args:
        roles: ``docker``, ``registry``.
        folder: where the Vagrantfile is.
        echo: told each step as it begins and ends.
        provider: ``virtualbox`` or ``libvirt``; None for Vagrant's own choice.
        rebuild: begin anew, though it is built or half built.

    Raises:
        DockwrightError: something is missing, or a step failed; the next call goes on there.
    """
    asked = VagrantFolder(folder)
    settings = vagrantfile.VagrantSettings.read(folder, os.environ)
    chosen = provider or asked.provider()
    build_run.check(chosen, folder)
    with build_run.held(folder, echo) as commands:
        for role in roles:
            _build(_wanted(role, settings, chosen), settings, asked, commands, echo, rebuild)


def _wanted(role: str, settings: vagrantfile.VagrantSettings, provider: str) -> Build:
    base = settings["DOCKWRIGHT_BASE_BOX"] if role == "docker" else _box("docker", settings)
    by_guest = settings["DOCKWRIGHT_PROVISION"] == "guest"
    return Build(role, base, _box(role, settings), provider, by_guest)


def _box(role: str, settings: vagrantfile.VagrantSettings) -> str:
    return settings[f"DOCKWRIGHT_{role.upper()}_BOX"]


def _build(
    wanted: Build,
    settings: vagrantfile.VagrantSettings,
    asked: VagrantFolder,
    commands: VagrantCommands,
    echo: Echo,
    rebuild: bool,
) -> None:
    states, boxes = asked.states(), asked.boxes()
    _alone(wanted.machine, wanted.role, states)
    if wanted.role == "registry" and wanted.provider not in boxes.get(wanted.base, ()):
        raise DockwrightError(
            f"box {wanted.base}: not built for {wanted.provider}; "
            "run `dockwright vagrant build docker`"
        )
    everything = steps(wanted)
    key = _key(wanted, settings, commands.folder)
    path = record_file(commands.folder, wanted.role)
    record = read_record(commands.folder, wanted.role)
    built = record.done == tuple(step.name for step in everything)
    is_there = wanted.provider in boxes.get(wanted.box, ())
    if record.key == key and built and is_there and not rebuild:
        echo(f"box {wanted.box}: built already, and nothing it is made from has changed")
        return
    state = states.get(wanted.machine, "not_created")
    if record.key != key or built or rebuild:
        if state != "not_created":
            commands.run(f"build {wanted.role}: the former machine away", everything[-1].argv)
            state = "not_created"
        record = BuildRecord(key)
    file = commands.folder / wanted.file
    record = record.resumed(is_made=state != "not_created", file_is_there=file.exists())
    if "package" not in record.done:
        file.unlink(missing_ok=True)  # half of it, or somebody's: Vagrant refuses to write over it
    if record.begun in ("package", "add"):
        build_run.away_with_halves(path.stat().st_mtime, echo)
    for step in to_do(everything, record, is_running=state == "running"):
        number = everything.index(step) + 1
        what = f"build {wanted.role} {number}/{len(everything)} {step.name}"
        if record.begun == step.name and step.first:
            commands.run(f"{what}: what was broken off away", step.first)
        if step.name == "up":
            _prune(wanted.base, boxes, echo)
        record = record.beginning(step.name)
        _write(path, record)
        seconds = commands.run(what, step.argv)
        moment = datetime.now(UTC).isoformat() if step is everything[-1] else ""
        record = record.ending(step.name, seconds, moment)
        _write(path, record)
        if step.name == "add":
            _prune(wanted.box, {wanted.box: {wanted.provider}}, echo)
    total = sum(record.seconds.values())
    echo(f"box {wanted.box}: built for {wanted.provider} in {total:.0f} s")


def _alone(machine: str, other: str, states: Mapping[str, str]) -> None:
    if states.get(other) == "running":
        raise DockwrightError(
            f"machine {other}: running, at the address that {machine} has too; "
            f"run `vagrant halt {other}` first"
        )


def _prune(box: str, boxes: Mapping[str, Collection[str]], echo: Echo) -> None:
    """Take away what no machine can use of a box: Vagrant would take half an image for a whole."""
    if "libvirt" in boxes.get(box, ()):
        for name in libvirt.prune(box):
            echo(f"libvirt: volume {name} deleted: half uploaded, or of a former build")


def _key(wanted: Build, settings: vagrantfile.VagrantSettings, folder: Path) -> str:
    docker = read_record(folder, "docker")
    upon = (docker.key, docker.ended) if wanted.role == "registry" else ""
    digest = hashlib.sha256(repr((wanted, upon, sorted(settings.values.items()))).encode())
    for source in _SOURCES:
        at = folder / source
        paths = [at] if at.is_file() else sorted(at.rglob("*"))
        for path in paths:
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".whl":
                digest.update(str(path.relative_to(folder)).encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def record_file(folder: Path, role: str) -> Path:
    """Where the record of a role's build is kept."""
    return folder / FOLDER / f"build_{role}.json"


def read_record(folder: Path, role: str) -> BuildRecord:
    """How far the last build of a role came; an empty record where there was none."""
    try:
        return BuildRecord.of(record_file(folder, role).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return BuildRecord()


def _write(path: Path, record: BuildRecord) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(record.to_json(), encoding="utf-8")
    fresh.replace(path)


def up(folder: Path, echo: Echo, provider: str | None = None) -> None:
    """Bring registry and docker up, and provision what is left with deploy/site.py.

    That runs from here whichever way the boxes were provisioned: images and leaves take both
    machines (a login that one has made, an image that the other one built), and a guest reaches
    only itself.

    Args:
        folder: where the Vagrantfile is.
        echo: told each step as it begins and ends.
        provider: ``virtualbox`` or ``libvirt``; None for Vagrant's own choice.

    Raises:
        DockwrightError: a box is not built yet, a machine that builds one has its address, or a
            command failed.
    """
    asked = VagrantFolder(folder)
    settings = vagrantfile.VagrantSettings.read(folder, os.environ)
    with build_run.held(folder, echo) as commands:
        states, boxes = asked.states(), asked.boxes()
        chosen = provider or asked.provider()
        for role in MACHINES:
            _alone(role, f"build_{role}", states)
            _is_built(role, settings, boxes, chosen)
        # one after the other: two that change the same network at once may fail
        for machine in reversed(MACHINES):
            _prune(_box(machine, settings), boxes, echo)
            commands.run(f"up {machine}", _up(machine, provider))
        commands.run("provision", pyinfra(MACHINES, _SITE))


def _up(machine: str, provider: str | None) -> tuple[str, ...]:
    by = ("--provider", provider) if provider else ()
    return ("vagrant", "up", machine, "--no-provision", *by)


def _is_built(
    role: str,
    settings: vagrantfile.VagrantSettings,
    boxes: Mapping[str, Collection[str]],
    provider: str,
) -> None:
    box = _box(role, settings)
    if box not in boxes:
        raise DockwrightError(
            f"box {box}: Vagrant has none of that name; run `dockwright vagrant build {role}`"
        )
    if provider not in boxes[box]:
        raise DockwrightError(
            f"box {box}: not built for {provider}, but for {', '.join(sorted(boxes[box]))}; say "
            f"--provider, or run `dockwright vagrant build {role} --provider {provider}`"
        )


def provision(machine: str, folder: Path, echo: Echo) -> None:
    """Put a running machine right, by the way that the Vagrantfile's setting says."""
    settings = vagrantfile.VagrantSettings.read(folder, os.environ)
    with build_run.held(folder, echo) as commands:
        if settings["DOCKWRIGHT_PROVISION"] == "guest":
            commands.run(f"rsync {machine}", ("vagrant", "rsync", machine))
            commands.run(f"provision {machine}", ("vagrant", "provision", machine))
        else:
            deploy = f"deploy/{vagrantfile.role(machine)}_host.py"
            commands.run(f"provision {machine}", pyinfra([machine], deploy))


def verify(role: str, folder: Path, echo: Echo, provider: str | None = None) -> None:
    """Bring a packaged box up on its own and see that its deploy has nothing to do.

    A registry makes its own keys and login; beside these nothing may change, and the second time
    nothing at all. The machine is destroyed at the end; it stays where something has changed.

    Args:
        role: ``docker`` or ``registry``.
        folder: where the Vagrantfile is.
        echo: told each step as it begins and ends.
        provider: ``virtualbox`` or ``libvirt``; None for Vagrant's own choice.

    Raises:
        DockwrightError: its machine is there already, a command failed, or something changed.
    """
    asked = VagrantFolder(folder)
    deploy = f"deploy/{role}_host.py"
    settings = vagrantfile.VagrantSettings.read(folder, os.environ)
    # before anything is asked: a machine that another call has just made is not ours to destroy
    with build_run.held(folder, echo) as commands:
        states, boxes = asked.states(), asked.boxes()
        state = states.get(role, "not_created")
        if state != "not_created":
            raise DockwrightError(
                f"machine {role}: {state}, and is to be made from its box; run `dockwright vagrant "
                f"destroy {role}` first"
            )
        _alone(role, f"build_{role}", states)
        _is_built(role, settings, boxes, provider or asked.provider())
        _prune(_box(role, settings), boxes, echo)
        commands.run(
            f"verify {role}: up",
            _up(role, provider),
            way=f"run `dockwright vagrant destroy {role}`, and then this again",
        )
        for again in [False, True][: 1 if role == "docker" else 2]:
            answer = commands.answer(f"verify {role}: deploy", pyinfra([role], deploy, "--json"))
            changed = changes(json.loads(answer))
            wrong = changed if again else drifted(role, changed)
            if wrong:
                raise DockwrightError(
                    f"machine {role}: its box was not as declared: {'; '.join(wrong)}; "
                    "build it again with --rebuild"
                )
        commands.run(f"verify {role}: destroy", ("vagrant", "destroy", "--force", role))
    echo(f"box of {role}: as declared")


def changes(answer: dict[str, Any]) -> list[str]:
    """The names of the operations that changed something, of pyinfra's --json."""
    return [op["name"] for op in answer["results"]["operations"] if op["success"]]


def destroy(machines: Sequence[str], folder: Path, echo: Echo) -> None:
    """Destroy machines, by default all of the Vagrantfile; boxes that were built stay."""
    asked = VagrantFolder(folder)
    settings = vagrantfile.VagrantSettings.read(folder, os.environ)
    with build_run.held(folder, echo) as commands:
        for machine in machines or asked.states():
            commands.run(f"destroy {machine}", ("vagrant", "destroy", "--force", machine))
        boxes = asked.boxes()
        for role in MACHINES:
            _prune(_box(role, settings), boxes, echo)
