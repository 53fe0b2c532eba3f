"""What becomes of a leaf's processes, for a plan: a line each, as values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from dockwright.boot.data import data_of, lasting
from dockwright.boot.job import Group, Job
from dockwright.box.change import Change, became, once, short
from dockwright.commands.reach import of_leaves
from dockwright.errors import DockwrightError
from dockwright.facts.boot import Boot
from dockwright.facts.image import EngineImage
from dockwright.inits.env_file import FOLDER as ENV_FOLDER
from dockwright.inits.env_file import env_file
from dockwright.inits.file import File
from dockwright.inits.init import Init
from dockwright.inits.names import TIMER, job_of, job_unit, leaf_of
from dockwright.switching.difference import Difference

_FIRST = "runs once before the switch"


@dataclass(frozen=True)
class Wanted:
    """What a leaf is to have.

    Args:
        group: its jobs.
        image: what its image is pinned to, by digest or ID.
        former: the same of the image that it has now, by job.
        unchanged: texts that its files would have with the image that they have now, by path.
        variables: digests of the variables in its environment files as they are, by path.
        address: of the box.
    """

    group: Group
    image: str
    former: Mapping[str, str]
    unchanged: Mapping[str, str]
    variables: Mapping[str, Mapping[str, str]]
    address: str = ""


def wanted(
    make: Callable[[str], Group],
    image: str,
    images: Collection[EngineImage],
    on_box: Boot,
    init: Init,
    variables: Mapping[str, Mapping[str, str]],
    address: str | None,
) -> Wanted:
    """What `changes` compares.

    Args:
        make: the leaf's jobs, of an image.
        image: what they are to be pinned to, ``NAME@sha256:…`` or an ID.
        images: those of the engine.
        on_box: what the box has.
        init: its init system.
        variables: digests of the variables in its environment files as they are, by path.
        address: of the box.

    Example::

        wanted(make, "sha256:1", [], Boot(), INITS["systemd"], {}, None)
    """
    group = make(image)
    repository = image.rpartition("@")[0]
    pins = {one.id: _pinned(one, repository) for one in images}
    former = {
        job.name: pins.get(container.image, container.image)
        for job in group.jobs
        if (container := on_box.containers.get(job.name)) is not None
    }
    unchanged: dict[str, str] = {}
    for pinned in set(former.values()):
        files = {file.path: file.text for file in init.files(make(pinned))}
        # of a leaf's files each is as one of its images has it
        unchanged |= {path: text for path, text in files.items() if _is(on_box, path, text)}
    return Wanted(group, image, former, unchanged, variables, address or "")


def _pinned(image: EngineImage, repository: str) -> str:
    digest = image.digest_in(repository)
    return image.id if digest is None else f"{repository}@{digest}"


def _is(on_box: Boot, path: str, text: str) -> bool:
    return path in on_box.files and on_box.files[path].content == text


def _digest(pinned: str) -> str:
    return pinned.rpartition("@")[2]


def changes(wanted: Wanted, difference: Difference, on_box: Boot, init: Init) -> tuple[Change, ...]:
    """A line for each process that begins, changes or goes; those that change alike share one.

    Example::

        changes(wanted, difference, on_box, INITS["systemd"])[0].line
        # '+ zenweb.web.1  zenweb@sha256:87b459…  192.168.50.10:11001→11001'
    """
    made = [one for job in wanted.group.jobs if (one := _of(job, wanted, difference, on_box, init))]
    drop_ins = [
        Change("-", path, ("overrides what is declared",))
        for path in difference.remove
        if path in on_box.overrides
    ]
    reach = _reach(wanted.group.leaf, difference, on_box)
    lines = once([*made, *gone(difference.remove, init, on_box), *drop_ins, *reach])
    # its target alone, or what is not loaded as it is
    return lines or (Change("~", wanted.group.leaf, difference.reasons[:1]),)


def _reach(leaf: str, difference: Difference, on_box: Boot) -> list[Change]:
    """What becomes of the bounds of what a leaf may reach."""
    thing = f"{leaf} reach"
    if of_leaves(difference.remove):
        return [Change("-", thing, ("nothing bounds it any more",))]
    if not difference.load:
        return []
    if not on_box.files.keys() & {*difference.load}:
        return [Change("+", thing, ("its own network, bounded",))]
    if of_leaves(file.path for file in difference.write):
        return [Change("~", thing, ("other bounds",))]
    wrong = {one for path in difference.load for one in on_box.reaches.get(path, ())}
    return [Change("~", thing, tuple(f"{one} put right" for one in sorted(wrong)))]


def gone(paths: Iterable[str], init: Init, on_box: Boot | None = None) -> list[Change]:
    """A line for each process whose file at one of ``paths`` goes, with the data that stays.

    Args:
        paths: of files that go.
        init: the box's init system.
        on_box: what the box has.

    Example:
        >>> from dockwright.inits.init import INITS
        >>> from dockwright.inits.init import INITS
        >>> [one.line for one in gone(["/etc/init/dockwright-a.web.1.conf"], INITS["upstart"])]
        ['- a.web.1']
    """
    made = []
    for path in paths:
        unit = init.unit_of(path)
        if unit is not None and (job := job_of(unit, leaf_of(unit))) is not None:
            data = () if on_box is None else _data(job, path, init, on_box)
            stay = [f"{'folder' if one.startswith('/') else 'volume'} {one}" for one in data]
            made.append(Change("-", job, tuple(f"{one} stays here" for one in stay)))
    return made


def _data(job: str, path: str, init: Init, on_box: Boot) -> list[str]:
    """Volumes of a job, and folders that it writes: its container's, else its file's."""
    container = on_box.containers.get(job)
    if container is not None:
        sources = lasting([*container.volumes, *container.data])
    else:  # it was stopped, as before its data is copied
        try:
            sources = lasting(data_of(init.arguments(on_box.files[path].content)))
        except (DockwrightError, LookupError):
            sources = frozenset()  # by other hands, or its timer's
    return sorted(sources, key=lambda one: (one.startswith("/"), one))


def _of(
    job: Job, wanted: Wanted, difference: Difference, on_box: Boot, init: Init
) -> Change | None:
    unit = init.unit(job.name)
    written = {file.path: file for file in difference.write}
    times = f"{job_unit(job.name)}{TIMER}"
    # a task may have the name of its times
    paths = {init.unit_of(path): path for path in on_box.files}
    path = paths.get(unit, paths.get(times))
    if path is None and job.name in on_box.containers:
        return Change("~", job.name, ("its file is not there",))
    if path is None:
        return Change("+", job.name, tuple(_new(job, wanted.image)), wanted.address)
    details = []
    former = wanted.former.get(job.name)
    if former is not None and former != wanted.image:
        details.append(became(_digest(former), _digest(wanted.image)))
    access = on_box.files[path].access
    if path in written and ":" not in access:
        details.append(f"its file is a {access}")
    elif path in difference.alike:
        details.append("no restart: the same digest")
    elif path in written and path not in wanted.unchanged:
        details.append("settings")
    env = f"{ENV_FOLDER}/{job.name}.env"
    if env in written or env in difference.remove:
        details.append(_environment(job, wanted.variables.get(env, {}), env in on_box.files))
    if unit != times and any(init.unit_of(one) == times for one in written):
        details.append(f"@{job.when}")
    if not details and unit in (*difference.restart, *difference.start, *difference.enable):
        own = {f"{unit} ": "", f"container {job.name} ": "its container ", f"{path} ": "its file "}
        details += [
            f"{said}{why.removeprefix(begin)}"
            for why in difference.reasons
            for begin, said in own.items()
            if why.startswith(begin)
        ][:1]
    if not details and path not in written:
        return None
    if job.is_release:
        details.append(_FIRST)
    return Change("~", job.name, tuple(dict.fromkeys(details)))


def _new(job: Job, image: str) -> Iterator[str]:
    yield f"{job.leaf}@{short(_digest(image))}"
    yield from published(job)
    if job.is_release:
        yield _FIRST
    if job.when is not None:
        yield f"@{job.when}"
    if job.env:
        yield f"env {', '.join(name for name, _ in job.env)}"


def published(job: Job) -> tuple[str, ...]:
    """Its ports, as ``ADDRESS:PORT→PORT IN THE CONTAINER``.

    Example::

        published(job)  # ('192.168.50.10:11001→11001',)
    """
    return tuple("→".join(str(port).rsplit(":", 1)) for port in job.ports)


def _environment(job: Job, known: Mapping[str, str], is_there: bool) -> str:
    """Its variables by name: those that come, go, and become others."""
    has = digests(env_file(job)) if job.env else {}
    come = [f"+{name}" for name in has if name not in known]
    gone = [f"-{name}" for name in known if name not in has]
    other = [name for name in has if name in known and has[name] != known[name]]
    if not known and is_there:
        return "env"  # nobody knows what it had
    return f"env {', '.join([*come, *other, *gone])}" if come or gone or other else "env: mode"


def digests(file: File) -> dict[str, str]:
    """The digest of each variable in an environment file of ours, as `Variables` asks them.

    Example:
        >>> digests(File("/x.env", 'K="1"\\n', 0o600))["K"][:8]
        '5468e532'
    """
    by_variable: dict[str, str] = {}
    block: list[str] = []
    for line in file.text.split("\n")[:-1]:
        block.append(f"{line}\n")
        if _is_closed("".join(block)):
            text = "".join(block)
            by_variable[text.partition("=")[0]] = hashlib.sha256(text.encode()).hexdigest()
            block = []
    return by_variable


def _is_closed(text: str) -> bool:
    body = text.partition("=")[2].rstrip("\n")
    # a backslash takes the meaning off what follows it
    quotes, escaped = 0, False
    for letter in body:
        quotes += letter == '"' and not escaped
        escaped = letter == "\\" and not escaped
    return quotes % 2 == 0
