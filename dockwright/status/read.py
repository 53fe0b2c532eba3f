"""What a box says of how it is, as values; the fact `dockwright.facts.status` makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dockwright.box.file_system import FileSystem
from dockwright.service.state import SwarmServices
from dockwright.swarm.state import SwarmState
from dockwright.value import Value

# Seconds that restarts are looked for back.
HOUR = 3600

Of = Literal["server", "authority", "trusted"]


@dataclass(frozen=True)
class Certificate(Value):
    """A certificate on a box, by its file; times are seconds since 1970.

    ``of``: ``server`` (the registry's own), ``authority`` (the CA that signs it) or ``trusted`` (a
    CA that the box takes others' certificates by). ``ends`` is None where the file has none.
    """

    path: str
    of: Of
    begins: float = 0.0
    ends: float | None = None


@dataclass(frozen=True)
class RecordedRun(Value):
    """The youngest record of a run on a box (`dockwright.box.record`)."""

    began: str  # UTC as ISO 8601
    who: str  # ``user@machine (process N)``
    result: str  # ok, failed or interrupted
    deploy: str = ""
    commit: str = ""
    failed: tuple[str, ...] = ()  # operations, by name


@dataclass(frozen=True)
class Packages(Value):
    """What a box's packages are behind; ``age`` is that of apt's lists, in days, None: no lists."""

    behind: tuple[str, ...] = ()
    security: tuple[str, ...] = ()  # those of ``behind`` that a security archive has newer
    age: float | None = None
    half: tuple[str, ...] = ()  # that an interrupted dpkg left half done
    reboot: str = ""  # why the box needs one; empty: it needs none


@dataclass(frozen=True)
class RecordedBackup(Value):
    """What a box remembers of a part of it (`dockwright.backup.parts`); times are UTC as ISO 8601.

    ``at`` is when its last good backup was made, ``drilled`` when one was tried last and was well.
    """

    part: str
    at: str = ""
    drilled: str = ""
    files: int | None = None
    size: int | None = None  # in bytes


@dataclass(frozen=True)
class Instance(Value):
    """A boot job that is to live on, and its container.

    ``started`` and ``restarts`` are seconds since 1970 by the box's clock: when the container
    began, and when the init started the job again by itself within the last hour. ``memory`` is
    what its processes hold, without what the kernel may drop; 0 of ``limit``: it has none.
    """

    job: str  # LEAF.PROCESS.N
    state: str  # of its unit, in the init's words; ``active`` where it is up
    running: bool = False  # whether there is a container of it that runs
    image: str = ""  # as the container was told it, with its digest where it is pinned by one
    health: str | None = None  # the engine's word; None: no HEALTHCHECK
    started: float = 0.0  # 0.0: never
    restarts: tuple[float, ...] = ()
    memory: int | None = None  # in bytes; None: not known
    limit: int = 0  # in bytes
    addresses: tuple[str, ...] = ()  # ``address:port`` that it publishes, ``/udp`` behind those

    @property
    def leaf(self) -> str:
        """The leaf that it is of.

        Example:
            >>> Instance("zenweb.web.1", "active").leaf
            'zenweb'
        """
        return self.job.partition(".")[0]

    @property
    def digest(self) -> str:
        """The digest in a registry that it is pinned to; empty: it is pinned to none.

        Example:
            >>> Instance("a.web.1", "active", image="reg:5000/a@sha256:0a").digest
            'sha256:0a'
        """
        return self.image.partition("@")[2]


@dataclass(frozen=True)
class Tended(Value):
    """When a registry was collected, or verified, last; ``at`` is seconds since 1970.

    ``number`` is the bytes that were freed, or the flaws that were found; None: it failed, and
    ``why`` says how.
    """

    at: float
    number: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Growth(Value):
    """What grows on a box beside images and data, in bytes and numbers; None: not known.

    ``build_cache`` is of the box that builds; ``volumes`` are those without a name that no
    container has.
    """

    build_cache: int | None = None
    volumes: int | None = None
    journal: int | None = None
    records: int | None = None  # bytes of the records of runs


@dataclass(frozen=True)
class BoxRead(Value):
    """All that a box says of how it is; ``now`` is its clock, seconds since 1970.

    ``engine`` is a word of `dockwright.engine.place` (``ready``, ``stopped``, ``silent``,
    ``none``). ``size`` is what the registry's data take, in bytes, None where there are none, or
    it could not be told in time; ``collected`` and ``verified`` are of that registry too.
    ``swarm`` is None on a box that is in none, ``services`` on one that manages none. ``unread``
    are those parts that the box could not tell.
    """

    now: float = 0.0
    engine: str = ""
    version: str = ""  # of the engine
    room: tuple[FileSystem, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    packages: Packages = field(default_factory=Packages)
    last_run: RecordedRun | None = None
    instances: tuple[Instance, ...] = ()
    backups: tuple[RecordedBackup, ...] = ()
    size: int | None = None
    swarm: SwarmState | None = None
    services: SwarmServices | None = None
    collected: Tended | None = None
    verified: Tended | None = None
    growth: Growth = field(default_factory=Growth)
    unread: tuple[str, ...] = ()
