"""What a box has of boot jobs: unit files, their state, and the containers."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from shlex import quote

from pydantic import BaseModel, ConfigDict

from dockwright.box.fact import Fact
from dockwright.engine.place import FIND
from dockwright.facts.image import moment
from dockwright.inits import reach_file
from dockwright.inits.init import BESIDE, INITS, of_jobs
from dockwright.places import FORMER as FORMER
from dockwright.scripts import text
from dockwright.value import Value

_ANONYMOUS = re.compile("[0-9a-f]{64}")
_CONTAINER = (
    '{"name":{{json .Name}},"image":{{json .Image}},"running":{{json .State.Running}},'
    '"started":{{json .State.StartedAt}},"mounts":{{json .Mounts}},'
    '"networks":[{{range $name, $_ := .NetworkSettings.Networks}}{{json $name}},{{end}}null],'
    '"health":{{if .State.Health}}{{json .State.Health.Status}}{{else}}null{{end}}}'
)
# One script, one round trip. Each line of its output begins with what it is about.
_SCRIPT = (
    FIND
    + "\n"
    + text("facts/boot_files")
    + of_jobs(
        lambda name, init: (
            f"""  echo 'init {name}'
  echo "machine $(uname -m)"
{init.jobs}"""
        )
    )
    + text("facts/boot")
    + text("reach/functions")
    + text("facts/reach")
)

# Of $path, a file of dockwright.inits.env_file: awk prints each variable's name and lines.
_VARIABLES = "\n" + text("facts/variables")


@dataclass(frozen=True)
class Installed(Value):
    """A file of a job; ``content`` is its text, or for a secret one its SHA-256 in hex.

    ``access`` is ``MODE:USER:GROUP``, or ``link`` or ``folder`` where it is one.
    """

    access: str
    content: str


@dataclass(frozen=True)
class Container(Value):
    """A container: the ID of its image, whether it runs, since when (seconds), its health.

    ``volumes`` are the names of its volumes, without those that go with it; ``data`` are those,
    and folders of the box that it may write.
    """

    image: str
    running: bool
    started: float = 0.0  # since 1970, by the engine's clock; 0.0: it tells no start
    health: str | None = None  # the engine's word; None: it has no HEALTHCHECK
    volumes: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()  # names of those that it is in


class _Mount(BaseModel):
    """One of a container's mounts; folders of the box have no name."""

    Type: str = ""
    Name: str = ""
    Source: str = ""
    RW: bool = True

    @property
    def stays(self) -> bool:
        # the engine names a volume that nobody named by 64 digits, and it goes with its container
        return self.Type == "volume" and not _ANONYMOUS.fullmatch(self.Name)


class _Told(BaseModel):
    """A container, as the engine's client prints `_CONTAINER` of it."""

    model_config = ConfigDict(strict=True)

    name: str
    image: str
    running: bool
    started: str
    health: str | None
    mounts: list[_Mount] | None = None
    networks: list[str | None] = []


@dataclass
class Boot(Value):
    """All that `boot.job` compares; states are init's words (`active`, `enabled`, `masked`).

    ``overrides`` are files that change the settings of single units, by path (`Init.overridden`).
    ``former`` are the IDs and digests of images that a leaf may go back to, by the folder that
    names them (`dockwright.switching.kept`); ``elsewhere`` is the job that has the engine, where
    that is not docker, and - where no job has it.
    """

    init: str | None = None  # the one that has the boot jobs; None: none that is known
    files: dict[str, Installed] = field(default_factory=dict)  # of jobs, by path
    active: dict[str, str] = field(default_factory=dict)  # by unit
    enabled: dict[str, str] = field(default_factory=dict)  # by unit, where the init tells that
    # units that the init has not loaded as their files are
    stale: set[str] = field(default_factory=set)
    overrides: dict[str, str] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)  # by name
    former: dict[str, set[str]] = field(default_factory=dict)
    elsewhere: str = ""
    machine: str = ""  # what `uname -m` says
    log_driver: str = ""  # the engine's own, for containers that name none
    env_folder: str | None = None  # mode and owner of the folder of secrets
    # how often the init itself started a unit again since a person did, where it counts that
    restarts: dict[str, int] = field(default_factory=dict)
    now: float = 0.0  # the box's time, where the init does not count
    # inits beside the machine's own that it has, whose its jobs may become
    beside: set[str] = field(default_factory=set)
    # of leaves with a file of what they may reach, by that file's path, what is not as it says:
    # `rules`, `jumps` to them, `network`, `ipv6`
    reaches: dict[str, tuple[str, ...]] = field(default_factory=dict)


class BootJobs(Fact[Boot]):
    """The boot jobs of a box, of every leaf.

    Example::

        host.get_fact(BootJobs).active["dockwright-zenweb.web.1.service"]  # 'active'
    """

    about = "its boot jobs"

    def script(self) -> str:
        beside = "".join(
            f"! command -v {INITS[name].program} >/dev/null || echo 'beside {name}'\n"
            for name in BESIDE
        )
        script = _SCRIPT.replace("@CONTAINER@", _CONTAINER).replace("@FORMER@", FORMER)
        return script.replace("@BESIDE@", beside)

    @staticmethod
    def default() -> Boot:
        return Boot()

    def read(self, lines: Iterable[str]) -> Boot:
        boot = Boot()
        states: list[str] = []
        for line in lines:
            key, _, rest = line.partition(" ")
            if key == "init":
                boot.init = rest
            elif key == "now":
                boot.now = float(rest)
            elif key == "beside":
                boot.beside.add(rest)
            elif key == "machine":
                boot.machine = rest
            elif key in ("file", "secret"):
                path, access, content = (*rest.split(" ", 2), "")[:3]
                if key == "file":
                    content = base64.b64decode(content).decode("utf-8", "replace")
                boot.files[path] = Installed(access, content)
            elif key == "override":
                boot.overrides[rest] = INITS[boot.init or ""].overridden(rest)
            elif key == "env-folder":
                boot.env_folder = rest
            elif key == "reach":
                leaf, *wrong = rest.split(" ")
                boot.reaches[reach_file.path_of(leaf)] = tuple(wrong)
            elif key == "log-driver":
                boot.log_driver = rest
            elif key == "elsewhere":
                boot.elsewhere = rest
            elif key == "former":
                folder, _, image = rest.partition(" ")
                boot.former.setdefault(folder, set()).add(image)
            elif key == "container":
                told_of = _Told.model_validate_json(rest)
                started = moment(told_of.started)
                boot.containers[told_of.name.lstrip("/")] = Container(
                    told_of.image,
                    told_of.running,
                    0.0 if started is None else started.timestamp(),
                    told_of.health,
                    tuple(sorted(one.Name for one in told_of.mounts or () if one.stays)),
                    tuple(
                        sorted(
                            one.Name if one.stays else one.Source
                            for one in told_of.mounts or ()
                            if one.RW and (one.stays or one.Type == "bind")
                        )
                    ),
                    tuple(name for name in told_of.networks if name is not None),
                )
            else:
                states.append(line)  # of units, in the init's own words
        if boot.init in INITS:
            told_by = INITS[boot.init].states(states)
            boot.active, boot.enabled = told_by.active, told_by.enabled
            boot.stale, boot.restarts = told_by.stale, told_by.restarts
        return boot


class Variables(Fact[dict[str, dict[str, str]]]):
    """Digests of the variables in environment files, by path and name; no value leaves the box.

    A value may have several lines: what looks like a variable within one is none.

    Example::

        host.get_fact(Variables, ["/etc/dockwright/env/zenweb.web.1.env"])
        # {'/etc/dockwright/env/zenweb.web.1.env': {'GREETING': '5ac0c9f6…'}}
    """

    about = "the names of variables"

    def script(self, paths: list[str]) -> str:
        return f"set -- {' '.join(map(quote, paths))}\nfor path; do{_VARIABLES}done"

    @staticmethod
    def default() -> dict[str, dict[str, str]]:
        return {}

    def read(self, lines: Iterable[str]) -> dict[str, dict[str, str]]:
        digests: dict[str, dict[str, str]] = {}
        for line in lines:
            path, name, digest = line.split(" ")
            digests.setdefault(path, {})[name] = digest
        return digests
