"""Boot jobs: what a box's init has for each process line of a leaf's Procfile.

For library users `only` and `restart` are here too: ``from dockwright.operations import boot``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pyinfra import host
from pyinfra.api import HiddenValue

from dockwright.boot.group import group
from dockwright.boot.moved import Moved
from dockwright.boot.placing import Elsewhere
from dockwright.boot.procfile import RELEASE
from dockwright.boot.reach import Reach
from dockwright.box import log
from dockwright.box.change import Change
from dockwright.box.secret import get_unseen
from dockwright.chain.reference import is_fixed, parse
from dockwright.commands.declare import Commands, operation
from dockwright.commands.expected import ENGINE, LOGS, check_settled, expect
from dockwright.commands.secret import hides, reveal
from dockwright.engine.health import Patience
from dockwright.engine.log_copy import driver_for_jobs
from dockwright.errors import BoxError, DockwrightError, NotReady
from dockwright.facts.boot import Boot, BootJobs, Variables
from dockwright.facts.image import images_on
from dockwright.facts.password import Password
from dockwright.inits.env_file import FOLDER as ENV_FOLDER
from dockwright.inits.init import Init, engine_job
from dockwright.inits.names import leaf_of
from dockwright.operations.boot.alike import alike
from dockwright.operations.boot.changes import changes, gone
from dockwright.operations.boot.changes import wanted as to_compare
from dockwright.operations.boot.data import check_data
from dockwright.operations.boot.image import check_machine, pin
from dockwright.operations.boot.ports import in_use, pause_of, sharing, switch_of
from dockwright.operations.boot.steps import (
    all_of,
    applied,
    check_init,
    in_turns,
    init_of,
    release_of,
    said_to,
)
from dockwright.operations.boot.unwell import loops
from dockwright.site.exposure import exposed
from dockwright.switching.difference import Difference, differences
from dockwright.switching.kept import forget, keep
from dockwright.switching.switch import Goal, Switch


@hides("env")
@operation()
def job(
    leaf: str,
    image: str | None = None,
    procfile: str | None = None,
    runs: str | None = None,
    present: bool = True,
    init: str | None = None,
    address: str | Sequence[str] | None = None,
    scale: Mapping[str, int] | None = None,
    env: Mapping[str, str | HiddenValue] | None = None,
    secrets: Mapping[str, str] | None = None,
    wait: float = 60,
    steady: float = 3,
    at_once: int = 1,
    after: Sequence[str] = (),
    declared: Collection[str] | None = None,
    host_ports: Mapping[int, int] | None = None,
    elsewhere: Elsewhere | None = None,
    moved: Moved | None = None,
    reach: Reach | None = None,
) -> Commands:
    """Have the leaf's processes come up with the machine, each in a container of a fixed name.

    They are switched one after the other, each up before the next one is touched. One that does
    not come up, or ends three times, is put back with all that were switched before it, and the
    box fails; boxes take turns, and none begins after one failed. A port that somebody else has
    is an error before anything stops.

    Args:
        leaf: its name.
        image: a tag on the box; the job is pinned to the image it names now, by its digest
            where a registry has it, else by its ID. By default ``LEAF:latest``.
        procfile: path of the Procfile; by default ``images/LEAF/Procfile``.
        runs: the image that its run lines name, where that is not the leaf's own; ``image`` is
            what it is on the box.
        present: False takes the jobs and their containers away.
        init: whose jobs they are (`dockwright.inits.init.INITS`); by default what the box runs,
            or has jobs of ours for.
        address: where ports are published that the Procfile gives no address for; one or several.
        scale: processes of a kind, ``{"web": 2}``.
        env: environment of the containers; kept in files of mode 0600.
        secrets: more of it, from files of the box (`password.kept`): ``{NAME: path}``.
        wait: seconds until each container must be healthy, or up where it has no HEALTHCHECK; and
            within which ``release:`` must have ended, which runs before the switch.
        steady: seconds that a container without HEALTHCHECK must stay up.
        at_once: boxes that switch at the same time.
        after: leaves of the box that are to be up before it, when the machine comes up too.
        declared: all leaves that the box is to run; a job of any other leaf that holds a port of
            this one is stopped, for `only` to take it away. By default a port that it holds is
            taken.
        host_ports: host ports by the container's, where the site decides them and not the Procfile.
        elsewhere: the boxes where data of the leaf may be; with it, a leaf that the box has no
            jobs of does not begin with empty volumes and folders while one of those has its data.
        moved: other ports and other data than the Procfile's lines say.
        reach: what its containers may reach, in a network of their own (`dockwright.boot.reach`);
            by default nothing bounds them.

    Raises:
        OperationError: the Procfile can't be made into jobs, the image is not on the box, a port
            is taken, its data is elsewhere, or a container does not come up.

    Example::

        boot.job("zenweb", address="192.168.50.10")
    """
    on_box = host.get_fact(BootJobs)
    job_init = init_of(init or on_box.init)
    owned = [path for path in on_box.files if job_init.owned(leaf, path)]
    if not present:
        if not owned:
            host.noop(f"boot job {leaf}: there is none")
            return
        log.changes(host, gone(owned, job_init, on_box) or [Change("-", leaf)])
        yield from applied(job_init, all_of(owned, on_box, job_init))
        yield forget(leaf)
        return
    if on_box.elsewhere:
        raise BoxError(engine_job(on_box.init).elsewhere(str(host.name), on_box.elsewhere))
    path = Path(procfile or f"images/{leaf}/Procfile")
    text = _read(path)
    # what can never be made into jobs is told before the image is looked for
    unpinned = group(
        leaf,
        text,
        str(path),
        runs=runs,
        address=address,
        scale=scale,
        moved=moved,
        env={**_shown(env), **dict.fromkeys(secrets or {}, "")},
        host_ports=host_ports,
        reach=reach,
    )
    if elsewhere is not None and not owned:
        check_data(leaf, unpinned.jobs, elsewhere)
    # in a registry with a path, an image's name is the path's end
    named = parse(image or leaf)
    version = f":{named.tag}" if named.tag and is_fixed(named.tag) else ""
    parts = f"{named.path}{version}".split("/")
    names = ["/".join(parts[first:]) for first in range(len(parts))]
    awaited = [ENGINE, LOGS, pause_of(leaf), *names, *(secrets or {}).values()]
    ours = {leaf_of(path.rpartition("/")[2]) for path in on_box.files}
    try:
        check_init(init, on_box)
        check_settled(str(host.name), awaited)
        images = images_on(host)
        reference, image_id = pin(image or f"{leaf}:latest", images)
    except NotReady:
        # its jobs will change; that they can't is known before all that is done until then
        in_use(unpinned.jobs, str(path), ours, declared)
        expect(str(host.name), [switch_of(leaf)])
        raise
    check_machine(images[image or f"{leaf}:latest"], on_box.machine, unpinned.jobs)
    values = {**_shown(env), **_secrets(secrets or {})}
    make = partial(
        group,
        leaf,
        text,
        str(path),
        runs=runs,
        address=address,
        scale=scale,
        moved=moved,
        env=values,
        after=after,
        host_ports=host_ports,
        reach=reach,
        log_driver=driver_for_jobs(on_box.log_driver),
    )
    wanted = make(image=reference)
    files = (*job_init.shared(), *job_init.files(wanted))
    # an init that has a job's settings until its end would start it by its former name again
    same = frozenset[str]() if job_init.keeps_settings else alike(
        lambda pinned: job_init.files(make(image=pinned)), images[image_id], on_box, owned
    )  # fmt: skip
    units = {job.name: job_init.unit(job.name) for job in wanted.living}
    looping = loops(on_box, units)
    networks = {job.name: job.network for job in wanted.living if job.network is not None}
    difference = differences(
        files, units, image_id, on_box, job_init, owned, same, looping.units, networks
    )
    if not difference.reasons:
        host.noop(f"boot job {leaf} is current")
        return
    changing = [job for job in wanted.jobs if job_init.unit(job.name) in difference.changing]
    used = in_use(changing, str(path), ours, declared)
    used = replace(used, sharing=sharing(changing, on_box, ours, declared))
    expect(str(host.name), [switch_of(leaf)])
    release = release_of(job_init, wanted, difference, wait)
    before = [] if release is None else [release.line]
    for line in (*wanted.notices, *difference.reasons, *before):
        log.reason(host, f"{leaf}: {line}")
    for line in _may_be_known(difference, on_box):
        log.info(host, f"{leaf}: {line}")
    env_files = [file.path for file in difference.write if file.path in on_box.files]
    env_files = [path for path in env_files if path.startswith(ENV_FOLDER)]
    had = host.get_fact(Variables, env_files) if env_files else {}
    first = address if address is None or isinstance(address, str) else next(iter(address), None)
    comparison = to_compare(
        lambda pinned: make(image=pinned), reference, images.values(), on_box, job_init, had, first
    )
    log.changes(host, changes(comparison, difference, on_box, job_init))
    works = not looping.jobs and _works(on_box, leaf, job_init)
    # an override that goes, and what all leaves share, make no former version of the leaf
    written = [path for path in difference.renewing if job_init.owned(leaf, path)]
    kept = bool(owned and (written or set(difference.remove) & set(owned)))
    # nor does what ran before a switch: it does not run again on the way back
    run_once = job_init.paths_of(f"{leaf}.{RELEASE}.1")
    lasting = [path for path in owned if path not in run_once]
    keeping = [keep(leaf, lasting, works=works)] if kept else []
    # or what was started again until now is counted as that of the new one
    counted = said_to(job_init, job_init.clear, tuple(looping.units))
    plan = in_turns(job_init, wanted, difference, used, [*keeping, *counted], release)
    goal = Goal(
        leaf,
        reference,
        jobs=tuple(job.name for job in wanted.living),
        # what all leaves share is not taken back with one of them
        paths=tuple(file.path for file in files if job_init.owned(leaf, file.path)),
        patience=Patience(wait, steady, looping.outlives(wait)),
        after=tuple(after),
    )
    # a leaf that does not work may be what an interrupted switch left, with the way back kept
    yield Switch(job_init, goal, plan, at_once, kept=kept or not works, works=works)


def _works(on_box: Boot, leaf: str, init: Init) -> bool:
    """Whether the leaf is up as it is, so that its files are worth going back to."""
    units = [unit for path in on_box.files if (unit := init.unit_of(path)) is not None]
    ended = {job for job in on_box.containers if init.runs_to_end(leaf, job, units)}
    mine = [
        container
        for job, container in on_box.containers.items()
        if leaf_of(job) == leaf and job not in ended
    ]
    return bool(mine) and all(
        container.running and container.health in (None, "healthy") for container in mine
    )


def _shown(env: Mapping[str, str | HiddenValue] | None) -> dict[str, str]:
    return {name: reveal(value) or "" for name, value in (env or {}).items()}


def _secrets(paths: Mapping[str, str]) -> dict[str, str]:
    values = {}
    for variable, path in paths.items():
        text = get_unseen(host, Password, path).text
        if not text:
            raise NotReady(f"box {host.name}: {path}: holds no password for {variable}")
        values[variable] = text
    return values


def _may_be_known(difference: Difference, on_box: Boot) -> Iterator[str]:
    """Secrets that others could have read: closed now, but not unknown again."""
    for file in difference.write:
        had = on_box.files.get(file.path)
        if file.mode == 0o600 and had and exposed(had.access, on_box.env_folder):
            yield (
                f"what is in {file.path} may be known: change it where it comes from; of a "
                "password kept on the box remove the file, and it is made anew"
            )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DockwrightError(f"{path}: {error}; a leaf has a Procfile, as UTF-8") from error
