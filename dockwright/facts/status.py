"""How a box is, in one question: engine, room, certificates, updates, last run, leaves.

`dockwright status` asks it of all boxes of a site at once. Its parts are those of other facts,
each behind the part's name; one that fails takes no other with it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

from cryptography import x509
from pydantic import BaseModel

from dockwright import places
from dockwright.box.fact import SHAPE, Fact
from dockwright.engine.place import USE
from dockwright.facts.boot import Boot, BootJobs
from dockwright.facts.figures import octets, recorded_backups, tended
from dockwright.facts.room import Room
from dockwright.facts.service import Services
from dockwright.facts.swarm import Swarm
from dockwright.facts.updates import Updates
from dockwright.inits.init import INITS, of_jobs
from dockwright.inits.names import leaf_of
from dockwright.inits.system import Init
from dockwright.scripts import text
from dockwright.status.read import (
    HOUR,
    BoxRead,
    Certificate,
    Growth,
    Instance,
    Of,
    Packages,
    RecordedRun,
)

_CONTAINER = (
    '{"name":{{json .Name}},"image":{{json .Config.Image}},"ports":{{json .NetworkSettings.Ports}}}'
)
_NO_COUNT = ":"  # what an init says of restarts that does not count them
_STOPPED = 143  # 128 + SIGTERM: by somebody's hand
_WRONG = "!"
_OWN = "own"
_OTHERS: dict[str, type[Fact[Any]]] = {
    "jobs": BootJobs,
    "room": Room,
    "updates": Updates,
    "swarm": Swarm,
    "services": Services,
}
# what an error calls each part
_ABOUT = {_OWN: "its engine and certificates"} | {n: fact.about for n, fact in _OTHERS.items()}


class BoxStatus(Fact[BoxRead]):
    """All that `dockwright status` tells of a box.

    Example::

        host.get_fact(BoxStatus).engine  # 'ready'
    """

    about = "how it is"

    def script(self) -> str:
        scripts = {_OWN: _own()} | {name: fact().script() for name, fact in _OTHERS.items()}
        return "".join(
            f"{{ (\n{script}\n) || echo '{_WRONG}'; }} | sed 's/^/{name} /'\n"
            for name, script in scripts.items()
        )

    @staticmethod
    def default() -> BoxRead:
        return BoxRead()

    def read(self, lines: Iterable[str]) -> BoxRead:
        said: dict[str, list[str]] = {name: [] for name in _ABOUT}
        unread = []
        for line in lines:
            part, _, rest = line.partition(" ")
            if rest == _WRONG:
                unread.append(_ABOUT[part])
            else:
                said[part].append(rest)
        values: dict[str, Any] = {}
        for name, fact in _OTHERS.items():
            try:
                values[name] = fact().read(said[name])
            except SHAPE:
                values[name] = fact.default()
                unread.append(_ABOUT[name])
        own = _Own(said[_OWN])
        return BoxRead(
            now=own.now,
            engine=own.first("engine"),
            version=own.first("version"),
            room=values["room"],
            certificates=own.certificates(),
            packages=_packages(values["updates"]),
            last_run=own.last_run(),
            instances=tuple(own.instance(*one) for one in _jobs(values["jobs"])),
            swarm=values["swarm"] if values["swarm"].is_member else None,
            backups=recorded_backups(own.said),
            services=values["services"] if values["services"].manager else None,
            size=int(kib) << 10 if (kib := own.first("size")) else None,
            collected=tended(own.first("collected")),
            verified=tended(own.first("verified")),
            growth=own.growth(),
            unread=tuple(dict.fromkeys(unread)),
        )


def _own() -> str:
    return _filled(
        USE + "\n" + text("facts/status"),
        HOUR=str(HOUR),
        CERTIFICATE=places.CERTIFICATE,
        AUTHORITY=places.AUTHORITY_CERTIFICATE,
        TRUSTED=places.TRUSTED,
        RUNS=places.RUNS,
        BACKUPS=places.BACKUPS,
        DATA=places.DATA,
        COLLECTED=places.COLLECTED,
        VERIFIED=places.VERIFIED,
        RESTARTS=of_jobs(lambda name, init: "  :" if _counts_not(init) else _restarts(init)),
        EVENTS=of_jobs(lambda name, init: "  events" if _counts_not(init) else "  :"),
        CONTAINER=_CONTAINER,
    )


def _filled(script: str, **words: str) -> str:
    for word, value in words.items():
        script = script.replace(f"@{word}@", value)
    return script


def _counts_not(init: Init) -> bool:
    return init.again == _NO_COUNT


def _restarts(init: Init) -> str:
    """Lines of a shell that print when each job was started again, as the init has it."""
    before, _, behind = init.paths_of("*")[0].partition("*")
    return (
        f"  for path in {before}*.*.*{behind}; do\n"
        '    [ -e "$path" ] || continue\n'
        f"    job=${{path#{before}}}; job=${{job%{behind}}}\n"
        f"    {init.again}\n"
        "  done"
    )


class _Told(BaseModel):
    """A container, as the engine's client prints `_CONTAINER` of it."""

    name: str
    image: str
    ports: dict[str, list[dict[str, str]] | None] | None = None

    def addresses(self) -> Iterable[str]:
        for port, bound in (self.ports or {}).items():
            number, _, protocol = port.partition("/")
            for one in bound or ():
                at = one.get("HostIp") or "0.0.0.0"  # noqa: S104  what the engine says of it
                at = f"[{at}]" if ":" in at else at
                way = "" if protocol == "tcp" else f"/{protocol}"
                yield f"{at}:{one.get('HostPort') or number}{way}"


class _Own:
    """What the part that is no other fact's says."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.said: dict[str, list[str]] = {}
        for line in lines:
            key, _, rest = line.partition(" ")
            self.said.setdefault(key, []).append(rest)
        self.now = float(self.first("now") or 0)
        made = [_Told.model_validate_json(one) for one in self.said.get("container", [])]
        self._containers = {one.name.lstrip("/"): one for one in made}
        memory = [one.split(" ") for one in self.said.get("memory", [])]
        self._memory = {name.lstrip("/"): figures for name, *figures in memory}

    def first(self, key: str) -> str:
        return self.said.get(key, [""])[0]

    def certificates(self) -> tuple[Certificate, ...]:
        made = []
        for one in self.said.get("certificate", []):
            of, path, content = (*one.split(" "), "")[:3]
            made.append(_certificate(path, _of(of), base64.b64decode(content)))
        return tuple(made)

    def growth(self) -> Growth:
        journal, volumes = self.first("journal"), self.first("volumes")
        records = [int(one) for one in self.said.get("records", [])]
        return Growth(
            build_cache=octets(self.first("cache")),
            volumes=int(volumes) if volumes else None,
            journal=int(journal) << 10 if journal else None,
            records=sum(records) if records else None,
        )

    def last_run(self) -> RecordedRun | None:
        for line in reversed(self.said.get("run", [])):
            try:
                record = json.loads(line)
                return RecordedRun(
                    began=str(record["began"]),
                    who=str(record.get("who") or ""),
                    result=str(record.get("result") or ""),
                    deploy=str(record.get("deploy") or ""),
                    commit=str(record.get("commit") or ""),
                    failed=tuple(map(str, record.get("failed") or ())),
                )
            except SHAPE:
                continue  # the end of it was lost
        return None

    def instance(self, job: str, state: str, boot: Boot) -> Instance:
        container, its = boot.containers.get(job), self._containers.get(job)
        used, idle, limit = self._memory.get(job, ("?", "0", "0"))
        return Instance(
            job=job,
            state=state,
            running=container is not None and container.running,
            image=its.image if its else "",
            health=container.health if container else None,
            started=container.started if container else 0.0,
            restarts=tuple(self._restarts(job)),
            memory=max(int(used) - int(idle), 0) if used.isdigit() else None,
            limit=int(limit),
            addresses=tuple(sorted(its.addresses())) if its else (),
        )

    def _restarts(self, job: str) -> Iterable[float]:
        for one in self.said.get("restart", []):
            name, when = one.split(" ")
            if name == job:
                yield float(when)
        for one in self.said.get("die", []):
            name, when, status = one.split(" ")
            if name == job and status != str(_STOPPED):
                yield float(when)


def _of(word: str) -> Of:
    return "server" if word == "server" else "authority" if word == "authority" else "trusted"


def _certificate(path: str, of: Of, pem: bytes) -> Certificate:
    """The one in the file that ends first."""
    try:
        its = min(x509.load_pem_x509_certificates(pem), key=lambda one: one.not_valid_after_utc)
    except ValueError:
        return Certificate(path, of)
    begins, ends = its.not_valid_before_utc, its.not_valid_after_utc
    return Certificate(path, of, begins.timestamp(), ends.timestamp())


def _packages(said: Any) -> Packages:
    return Packages(
        behind=tuple(one.name for one in said.outdated),
        security=tuple(one.name for one in said.outdated if one.security),
        age=said.age,
        half=(*said.half, *(["dpkg"] if said.interrupted and not said.half else [])),
        reboot=said.reboot,
    )


def _jobs(boot: Boot) -> Iterable[tuple[str, str, Boot]]:
    """Each job that is to live on, with its unit's state."""
    init = INITS.get(boot.init or "")
    if init is None:
        return
    units: dict[str, list[str]] = {}
    for path in boot.files:
        unit = init.unit_of(path)
        leaf = "" if unit is None else leaf_of(unit)
        if unit is not None and init.owned(leaf, path):
            units.setdefault(leaf, []).append(unit)
    for leaf, its in sorted(units.items()):
        for job, unit in sorted(init.kept_up(leaf, its)[0].items()):
            yield job, boot.active.get(unit, ""), boot
