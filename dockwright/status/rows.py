"""How a site is, as rows with what is wrong of each: the worst first, and their JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, TypeAdapter

VERSION = 1
# from the worst to the best; who is absent was left out by a person
Severity = Literal["silent", "wrong", "due", "well", "absent"]
ORDER: tuple[Severity, ...] = ("silent", "wrong", "due", "well", "absent")
_WORDS: dict[Severity, str] = {"silent": "without an answer", "wrong": "wrong", "due": "to do"}
_Bytes = Annotated[int, Field(description="in bytes", ge=0)]


@dataclass(frozen=True)
class Remark:
    """One thing that is not well, in one line with the way out.

    ``severity``: ``silent`` (no answer to a question), ``wrong`` (it does not work), ``due``
    (something is to be done), or ``absent``: it was not asked, by a person's word.
    """

    severity: Severity
    text: str


@dataclass(frozen=True)
class Disk:
    """A file system of a box."""

    mount: str
    size: _Bytes
    free: _Bytes
    inodes: Annotated[int, Field(description="0: it has no fixed number of them")]
    free_inodes: int
    engine: Annotated[bool, Field(description="whether the engine's data is on it")]


@dataclass(frozen=True)
class Grown:
    """What grows on a box beside images and data; what is not known is null."""

    build_cache: _Bytes | None = None
    volumes: Annotated[
        int | None, Field(description="those without a name that no container has")
    ] = None
    journal: _Bytes | None = None
    records: Annotated[_Bytes | None, Field(description="of the records of runs")] = None


@dataclass(frozen=True)
class LastRunOf:
    """The last run on a box."""

    began: Annotated[str, Field(description="UTC as ISO 8601")]
    who: str
    result: Annotated[str, Field(description="ok, failed or interrupted")]
    deploy: str
    commit: str


@dataclass(frozen=True)
class BoxRow:
    """A box. What is not known of it is null."""

    box: str
    severity: Severity
    remarks: tuple[Remark, ...]
    engine: Annotated[str | None, Field(description="its version; null: it does not run")] = None
    disks: tuple[Disk, ...] = ()
    certificate_days: Annotated[
        float | None, Field(description="days that the registry's certificate on it is valid still")
    ] = None
    authority_days: Annotated[
        float | None, Field(description="the same of the CA that ends first, its own or trusted")
    ] = None
    reboot: Annotated[str | None, Field(description="why it is to be rebooted; empty: no need")] = (
        None
    )
    updates: Annotated[int | None, Field(description="packages that are behind")] = None
    security: Annotated[int | None, Field(description="those of security among them")] = None
    lists_days: Annotated[float | None, Field(description="the age of apt's lists")] = None
    last_run: LastRunOf | None = None
    drift: Annotated[
        int | None, Field(description="operations that would change something; null: not planned")
    ] = None
    growth: Grown | None = None


@dataclass(frozen=True)
class LeafRow:
    """An instance of a leaf on a box: one container that an init keeps up."""

    box: str
    leaf: str
    job: Annotated[str, Field(description="LEAF.PROCESS.N, the container's name too")]
    severity: Severity
    remarks: tuple[Remark, ...]
    running: bool = False
    image: Annotated[str, Field(description="as its container was told it")] = ""
    version: Annotated[str, Field(description="the tag or digest that the site declares")] = ""
    digest: Annotated[str, Field(description="in the registry; empty: pinned to none")] = ""
    current: Annotated[
        bool | None, Field(description="whether the registry has the same; null: not known")
    ] = None
    health: Annotated[str | None, Field(description="null: no HEALTHCHECK")] = None
    since: Annotated[str | None, Field(description="UTC as ISO 8601, by the box's clock")] = None
    seconds: Annotated[float | None, Field(description="that it is up, by the same")] = None
    restarts: Annotated[int, Field(description="in the last hour, by its init")] = 0
    memory: _Bytes | None = None
    memory_limit: _Bytes | None = None
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class RegistryRow:
    """A registry of the site."""

    registry: Annotated[str, Field(description="host[:port][/path]")]
    box: Annotated[str | None, Field(description="null: it is somebody else's")]
    severity: Severity
    remarks: tuple[Remark, ...]
    images: Annotated[int | None, Field(description="names that it has")] = None
    tags: Annotated[int | None, Field(description="without those of signatures and SBOMs")] = None
    size: Annotated[_Bytes | None, Field(description="what its data take, in bytes")] = None
    collected: Annotated[
        str | None, Field(description="its last collection, UTC as ISO 8601, by its box's clock")
    ] = None
    freed: Annotated[_Bytes | None, Field(description="by that; null: it failed")] = None
    verified: Annotated[str | None, Field(description="when all of it was read last, the same")] = (
        None
    )
    flaws: Annotated[int | None, Field(description="that were found then; null: it failed")] = None


@dataclass(frozen=True)
class BackupRow:
    """A part of a box that is backed up: a leaf's data, a registry's, or the box's secrets."""

    box: str
    part: Annotated[str, Field(description="a leaf, registry, or _secrets")]
    severity: Severity
    remarks: tuple[Remark, ...]
    at: Annotated[str | None, Field(description="its last good backup, UTC as ISO 8601")] = None
    seconds: Annotated[float | None, Field(description="since then, by the box's clock")] = None
    drilled: Annotated[str | None, Field(description="when one was restored and tried last")] = None
    files: Annotated[int | None, Field(description="that are in it", ge=0)] = None
    size: _Bytes | None = None


Row = BoxRow | LeafRow | RegistryRow | BackupRow
R = TypeVar("R", BoxRow, LeafRow, RegistryRow, BackupRow)


def worst(remarks: Iterable[Remark]) -> Severity:
    """The severity of a row with ``remarks``.

    Example:
        >>> worst([Remark("due", "an update"), Remark("wrong", "it is down")])
        'wrong'
        >>> worst([])
        'well'
    """
    return min((one.severity for one in remarks), key=ORDER.index, default="well")


def in_order(rows: Iterable[R]) -> tuple[R, ...]:
    """``rows``, the worst first, else as they were.

    Example:
        >>> [one.box for one in in_order([BoxRow("a", "well", ()), BoxRow("b", "due", ())])]
        ['b', 'a']
    """
    return tuple(sorted(rows, key=lambda one: ORDER.index(one.severity)))


@dataclass(frozen=True)
class Site:
    """How a site is; ``notes`` are what could not be compared, and why."""

    at: Annotated[str, Field(description="when it was asked, UTC as ISO 8601")]
    boxes: tuple[BoxRow, ...] = ()
    leaves: tuple[LeafRow, ...] = ()
    registries: tuple[RegistryRow, ...] = ()
    notes: tuple[str, ...] = ()
    backups: tuple[BackupRow, ...] = ()

    @property
    def rows(self) -> Sequence[Row]:
        """All rows."""
        return [*self.boxes, *self.registries, *self.leaves, *self.backups]

    @property
    def remarks(self) -> list[tuple[str, Remark]]:
        """All that is not well, the worst first, each with what it is of.

        Example:
            >>> Site("", (BoxRow("app1", "due", (Remark("due", "reboot it"),)),)).remarks
            [('box app1', Remark(severity='due', text='reboot it'))]
        """
        every = [(name_of(row), one) for row in self.rows for one in row.remarks]
        return sorted(every, key=lambda one: ORDER.index(one[1].severity))

    @property
    def code(self) -> int:
        """The exit status: 0 well, 2 something to do, 1 something gave no answer.

        Example:
            >>> Site("").code, Site("", notes=("no images/ here",)).code
            (0, 1)
        """
        severities = {one.severity for one in self.rows}
        if "silent" in severities or self.notes:
            return 1
        return 2 if severities & {"wrong", "due"} else 0

    def summary(self) -> str:
        """One line for a person.

        Example:
            >>> Site("", (BoxRow("app1", "due", (Remark("due", "reboot it"),)),)).summary()
            '1 box, 0 instances: 1 to do'
        """
        counts = Counter(one.severity for row in self.rows for one in row.remarks)
        parts = [f"{counts[one]} {text}" for one, text in _WORDS.items() if counts[one]]
        boxes, leaves = len(self.boxes), len(self.leaves)
        if self.notes:
            parts.append(f"{len(self.notes)} not compared")
        return (
            f"{boxes} {'box' if boxes == 1 else 'boxes'}, "
            f"{leaves} {'instance' if leaves == 1 else 'instances'}: {', '.join(parts) or 'well'}"
        )

    def json(self) -> dict[str, Any]:
        """As docs/status.schema.json describes it.

        Example:
            >>> Site("2026-11-30T07:00:00Z").json()["code"]
            0
        """
        rows = asdict(self)
        return {"version": VERSION, "code": self.code, "summary": self.summary(), **rows}


def name_of(row: Row) -> str:
    """What an error calls a row.

    Example:
        >>> name_of(LeafRow("app1", "zenweb", "zenweb.web.1", "well", ()))
        'zenweb.web.1 on app1'
    """
    if isinstance(row, LeafRow):
        return f"{row.job} on {row.box}"
    if isinstance(row, BackupRow):
        return f"backup of {row.box}/{row.part}"
    return f"box {row.box}" if isinstance(row, BoxRow) else f"registry {row.registry}"


def schema() -> dict[str, Any]:
    """The JSON schema of what `Site.json` gives; docs/status.schema.json is its text.

    Example:
        >>> schema()["properties"]["code"]["enum"]
        [0, 1, 2]
    """
    made = TypeAdapter(Site).json_schema(mode="serialization")
    own = {
        "version": {"const": VERSION},
        "code": {"enum": [0, 1, 2], "description": "the exit status: 0 well, 2 something to do, "
                 "1 something gave no answer"},
        "summary": {"type": "string", "description": "one line for a person"},
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dockwright status --json",
        "description": "How a site is. A field is only ever added within a version; a program may "
        "ignore those it does not know.",
        "type": "object",
        "required": [*own, "at", "boxes", "leaves", "registries", "notes"],
        "properties": {**own, **_untitled(made["properties"])},
        "$defs": _untitled(made["$defs"]),
    }


def _untitled(made: Any) -> Any:
    if isinstance(made, list):
        return [_untitled(one) for one in made]
    if not isinstance(made, dict):
        return made
    return {
        key: _untitled(value)
        for key, value in made.items()
        if not (key == "title" and isinstance(value, str)) and key != "default"
    }
