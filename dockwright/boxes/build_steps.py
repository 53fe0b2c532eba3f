"""What is done to make a box, in order, and what of it is left; nothing is run here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from dockwright.errors import DockwrightError

BUILDS = ("docker", "registry")  # the second is built upon the first
INVENTORY = "inventories/vagrant.py"


@dataclass(frozen=True)
class Step:
    """One command; ``first`` is run before it where a former call of it was broken off."""

    name: str
    argv: tuple[str, ...]
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Build:
    """A box to be made: ``machine`` is brought up from ``base``, and packaged as ``box``."""

    role: str
    base: str
    box: str
    provider: str
    by_guest: bool = False

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
class Record:
    """How far a build came: of what (``key``), the steps that are ``done``, the one ``begun``.

    Example:
        >>> Record.of(Record("k", ("up",), "provision").to_json()).begun
        'provision'
    """

    key: str = ""
    done: tuple[str, ...] = ()
    begun: str = ""
    seconds: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(self.__dict__, indent=2) + "\n"

    @classmethod
    def of(cls, text: str) -> Record:
        """What `to_json` wrote; anything else is the record of nothing."""
        try:
            raw = json.loads(text)
            return cls(str(raw["key"]), tuple(raw["done"]), str(raw["begun"]), dict(raw["seconds"]))
        except (ValueError, KeyError, TypeError):
            return cls()

    def beginning(self, step: str) -> Record:
        return Record(self.key, self.done, step, self.seconds)

    def ending(self, step: str, seconds: float) -> Record:
        times = {**self.seconds, step: round(seconds, 1)}
        return Record(self.key, tuple(dict.fromkeys((*self.done, step))), "", times)


def pyinfra(machines: Sequence[str], deploy: str, *options: str) -> tuple[str, ...]:
    """pyinfra's own command line, as one types it; it takes a --limit for each machine.

    Example:
        >>> " ".join(pyinfra(["docker"], "deploy/docker_host.py"))
        'pyinfra -y --limit docker inventories/vagrant.py deploy/docker_host.py'
    """
    limits = [word for machine in machines for word in ("--limit", machine)]
    return ("pyinfra", "-y", *options, *limits, INVENTORY, deploy)


def steps(build: Build) -> tuple[Step, ...]:
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
        Step(
            "up",
            ("vagrant", "up", machine, "--no-provision", "--provider", build.provider),
            first=away,
        ),
        Step("provision", provision),
        Step("clean up", pyinfra([machine], "deploy/package.py")),
        Step(
            "package", ("vagrant", "package", machine, "--output", file), first=("rm", "-f", file)
        ),
        Step("add", ("vagrant", "box", "add", "--force", "--name", build.box, file)),
        Step("remove the file", ("rm", "-f", file)),
        Step("destroy", away),
    )


def to_do(wanted: Sequence[Step], record: Record, *, is_running: bool) -> tuple[Step, ...]:
    """The steps that are left, in order.

    A machine that is not running any more is brought up again for the steps that need it to; one
    that was brought up again before it was packaged is cleaned up again.

    Args:
        wanted: all steps of the build.
        record: how far it came.
        is_running: whether its machine is.
    """
    left = [step for step in wanted if step.name not in record.done]
    if not left:
        return ()
    by_name = {step.name: step for step in wanted}
    if left[0].name in ("provision", "clean up") and not is_running:
        left.insert(0, by_name["up"])
    if left[0].name == "package" and is_running:
        left.insert(0, by_name["clean up"])
    return tuple(left)


# What a registry has of its own: its box carries none of it, so that each one makes it anew.
_OWN = (
    "certificate authority of the registry",
    "registry: certificate",
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
