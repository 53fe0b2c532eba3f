"""What a box has of a Docker Engine, and what it is itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dockwright import scripts
from dockwright.box.fact import Fact
from dockwright.engine.place import FIND
from dockwright.inits.init import MACHINES, engine_job, has_job, of_engine
from dockwright.value import Value

_BOTH = 2  # versions: of what runs, and of what is installed
# One script, one round trip; each line is `key value`.
_SCRIPT = scripts.text("engine/asked")
# What its command line is, and what it will be: of the environment the variables that the
# command names, as others may be secret.
_STARTED = scripts.text("engine/started")
_OTHERS = FIND + scripts.text("engine/others").replace("@OURS@", has_job())


@dataclass
class EngineState(Value):
    """The box's distribution, its engine, daemon.json (None: absent), and what of it is ours.

    ``unit`` is the job that has the engine, where that is not docker, and - where no job has it.
    ``state`` is its init's word where it neither runs nor is stopped. ``conf`` and ``override`` are
    the files of Upstart's job docker, None where they are not there.
    ``replaced`` are the versions of the program that runs and of the one that is installed, where
    that was put in its place since.
    ``process`` are the words of the running dockerd; ``start``, ``environment`` and
    ``variables`` the lines by which it is started, as
    `dockwright.engine.settings.service_command` has them.
    """

    distribution: str = ""  # ID of os-release, such as debian
    release: str = ""  # its VERSION_ID, such as 12; where it has none, its code name
    init: str | None = None  # of the machine; None: none that is known
    dockerd: str | None = None  # the program's path; None: not installed
    active: bool = False  # whether the engine runs
    state: str = ""
    unit: str = ""
    enabled: str = ""  # whether it comes up with the machine, in systemd's words
    # versions of all that are installed, by name
    packages: dict[str, str] = field(default_factory=dict)
    daemon_json: str | None = None  # the file's text
    access: str = ""  # of that file, ``MODE:USER:GROUP``
    record: str | None = None  # text of the file that says which of its keys are ours
    process: list[str] = field(default_factory=list)
    start: list[str] = field(default_factory=list)
    environment: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    conf: str | None = None
    override: str | None = None
    replaced: tuple[str, ...] = ()


class Engine(Fact[EngineState]):
    """All that the operations of `dockwright.operations.engine` compare.

    Example::

        host.get_fact(Engine).dockerd  # '/usr/sbin/dockerd'
    """

    about = "its engine"

    def script(self) -> str:
        asked = of_engine(lambda name, job: f"  echo 'init {name}'{job.asked}")
        started = of_engine(lambda name, job: job.started)
        return FIND + _SCRIPT.replace("@INIT@\n", asked) + _STARTED.replace("@STARTED@\n", started)

    @staticmethod
    def default() -> EngineState:
        return EngineState()

    def read(self, lines: Iterable[str]) -> EngineState:
        state = EngineState()
        daemon: list[str] | None = None
        record: list[str] = []
        init_lines: dict[str, list[str]] = {}
        for line in lines:
            key, _, value = line.partition(" ")
            if key == "id":
                state.distribution = value
            elif key == "release":
                state.release = value
            elif key == "init":
                state.init = value
            elif key == "dockerd":
                state.dockerd = value
            elif key == "unit":
                state.unit = value
            elif key == "package":
                package, _, version = value.partition(" ")
                state.packages[package] = version
            elif key == "daemon.json":
                daemon = [*(daemon or []), value]
            elif key == "access":
                state.access = value
                daemon = daemon or []
            elif key == "record":
                record.append(value)
            elif key == "process":
                state.process.append(value)
            elif key in ("running", "installed"):
                state.replaced = (*state.replaced, value)
            elif key == "start" and value:
                state.start.append(value)
            elif key == "environment":
                state.environment.append(value)
            elif key == "variable":
                state.variables.append(value)
            else:
                init_lines.setdefault(key, []).append(value)  # in the init's own words
        state.daemon_json = None if daemon is None else "\n".join(daemon)
        state.record = "\n".join(record) or None
        if len(state.replaced) != _BOTH:
            state.replaced = ()  # one of them does not say
        if state.init in MACHINES:
            its = engine_job(state.init).said(init_lines)
            state.active, state.enabled, state.state = its.active, its.enabled, its.state
            state.conf, state.override = its.conf, its.override
        return state


class Others(Fact[tuple[str, ...]]):
    """The containers of a box that are no boot job's of ours, stopped ones among them, by name.

    Example::

        host.get_fact(Others)  # ('db',)
    """

    about = "containers of others"

    def script(self) -> str:
        return _OTHERS

    @staticmethod
    def default() -> tuple[str, ...]:
        return ()

    def read(self, lines: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(lines))
