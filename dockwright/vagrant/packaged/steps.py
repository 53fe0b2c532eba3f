"""What is done to make a box, in order, and what of it is left; nothing is run here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dockwright.errors import DockwrightError

BUILDS = ("docker", "registry")  # the second is built upon the first
INVENTORY = "inventories/vagrant.py"


@dataclass(frozen=True)
class PackagingStep:
    """One command; ``first`` is run before it where a former call of it was broken off."""

    name: str  # what a record calls it, and a person is shown
    argv: tuple[str, ...]  # run in the Vagrantfile's folder
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Build:
    """A box to be made: ``machine`` is brought up from ``base``, and packaged as ``box``."""

    role: str  # one of BUILDS
    base: str
    box: str
    provider: str  # libvirt or virtualbox
    by_guest: bool = False  # whether the machine provisions itself, or pyinfra does from here

    @property
    def machine(self) -> str:
        return f"build_{self.role}"

    @property
    def deploy(self) -> str:
        return f"deploy/{self.role}_host.py"

    @property
    def file(self) -> str:
        """The packaged box, in the Vagrantfile's folder until Vagrant has it."""
        return f"{self.box}.box"


@dataclass(frozen=True)
class BuildRecord:
    """How far a build came: of what (``key``), the steps that are ``done``, the one ``begun``.

    Example:
        >>> BuildRecord.of(BuildRecord("k", ("up",), "provision").to_json()).begun
        'provision'
    """

    key: str = ""
    done: tuple[str, ...] = ()
    begun: str = ""
    seconds: dict[str, float] = field(default_factory=dict)  # that each step took, by its name
    ended: str = ""  # when the last of all steps was, which tells one box from the next

    def to_json(self) -> str:
        return json.dumps(self.__dict__, indent=2) + "\n"

    @classmethod
    def of(cls, text: str) -> BuildRecord:
        """What `to_json` wrote; anything else is the record of nothing."""
        try:
            raw = json.loads(text)
            return cls(
                str(raw["key"]),
                tuple(raw["done"]),
                str(raw["begun"]),
                dict(raw["seconds"]),
                str(raw.get("ended", "")),
            )
        except (ValueError, KeyError, TypeError):
            return cls()

    def beginning(self, step: str) -> BuildRecord:
        return replace(self, begun=step)

    def ending(self, step: str, seconds: float, moment: str = "") -> BuildRecord:
        """``step`` was done in so many seconds; ``moment`` where it was the last one."""
        times = {**self.seconds, step: round(seconds, 1)}
        return BuildRecord(self.key, tuple(dict.fromkeys((*self.done, step))), "", times, moment)

    def resumed(self, *, is_made: bool, file_is_there: bool) -> BuildRecord:
        """What of it still holds: a machine that is gone, or made anew, has nothing done to it.

        Args:
            is_made: whether the machine is there, running or not.
            file_is_there: whether the packaged box is.

        Example:
            >>> record = BuildRecord("k", ("up", "provision"))
            >>> record.resumed(is_made=False, file_is_there=False).done
            ()
        """
        done = self.done
        if "add" not in done and not file_is_there:
            done = tuple(step for step in done if step != "package")
        # an `up` that was broken off is begun again with another machine
        if "package" not in done and (not is_made or self.begun == "up"):
            done = ()
        return replace(self, done=done)


def pyinfra(machines: Sequence[str], deploy: str, *options: str) -> tuple[str, ...]:
    """pyinfra's own command line, as one types it; it takes a --limit for each machine.

    Example:
        >>> " ".join(pyinfra(["docker"], "deploy/docker_host.py"))
        'pyinfra -y --limit docker inventories/vagrant.py deploy/docker_host.py'
    """
    limits = [word for machine in machines for word in ("--limit", machine)]
    return ("pyinfra", "-y", *options, *limits, INVENTORY, deploy)


def steps(build: Build) -> tuple[PackagingStep, ...]:
    """All steps of a build.

    Example:
        >>> [step.name for step in steps(Build("docker", "stock", "ubuntu-docker", "libvirt"))]
        ['up', 'provision', 'clean up', 'package', 'add', 'remove the file', 'destroy']
    """
    machine, file = build.machine, build.file
    away = ("vagrant", "destroy", "--force", machine)
    by_host = pyinfra([machine], build.deploy)
    provision = ("vagrant", "provision", machine) if build.by_guest else by_host
    return (
        # what a broken-off `up` leaves, a volume say, may keep the next one from beginning
        PackagingStep(
            "up",
            ("vagrant", "up", machine, "--no-provision", "--provider", build.provider),
            first=away,
        ),
        PackagingStep("provision", provision),
        PackagingStep("clean up", pyinfra([machine], "deploy/package.py")),
        PackagingStep("package", ("vagrant", "package", machine, "--output", file)),
        PackagingStep("add", ("vagrant", "box", "add", "--force", "--name", build.box, file)),
        PackagingStep("remove the file", ("rm", "-f", file)),
        PackagingStep("destroy", away),
    )


def to_do(
    wanted: Sequence[PackagingStep], record: BuildRecord, *, is_running: bool
) -> tuple[PackagingStep, ...]:
    """The steps that are left, in order.

    A machine that is not running any more is brought up again for the steps that need it to, and
    cleaned up again before it is packaged: it may have gone down without forgetting its secrets.

    Args:
        wanted: all steps of the build.
        record: how far it came.
        is_running: whether its machine is.
    """
    left = [step for step in wanted if step.name not in record.done]
    if not left:
        return ()
    by_name = {step.name: step for step in wanted}
    if left[0].name == "package":
        left.insert(0, by_name["clean up"])
    if left[0].name in ("provision", "clean up") and not is_running:
        left.insert(0, by_name["up"])
    return tuple(left)


# What a registry has of its own: its box carries none of it, so that each one makes it anew.
_OWN = (
    "certificate authority of the registry",
    "registry: certificate",
    "registry: its certificate is renewed in time",
    "registry: shows its certificate",
    "registry: login",
    "registry: takes its new settings",
    "registry: boot job",
    "trust in the registry",
)


def drifted(role: str, changed: Sequence[str]) -> tuple[str, ...]:
    """Which of the operations that a packaged box's deploy ``changed`` it should not have needed.

    Example:
        >>> drifted("registry", ["Registry host | registry: login", "Registry host | daemon.json"])
        ('Registry host | daemon.json',)
    """
    own = _OWN if role == "registry" else ()
    return tuple(name for name in changed if not name.rpartition(" | ")[2].startswith(own))


def roles(named: str | None, everything: bool) -> tuple[str, ...]:
    """The roles that `boxes build` is asked for.

    Raises:
        DockwrightError: neither or both of a role and --all.
    """
    if everything == (named is not None):
        raise DockwrightError("boxes build: name docker or registry, or give --all")
    return BUILDS if named is None else (named,)
