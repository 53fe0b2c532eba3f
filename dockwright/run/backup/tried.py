"""The jobs of leaves as a box runs them, and the same in a throw-away box, with restored data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from shlex import join, quote

from pyinfra.api.host import Host

from dockwright.boot.tried import tried
from dockwright.box.privilege import as_root
from dockwright.box.process import do, run, started
from dockwright.commands.script import Script
from dockwright.engine.client import client, talking
from dockwright.errors import BoxError, DockwrightError, shown
from dockwright.facts.boot import Boot, BootJobs
from dockwright.inits.init import INITS
from dockwright.inits.names import leaf_of
from dockwright.scripts import text
from dockwright.site.settings import Settings

_TRY = text("backup/try")
_NETWORK = "drill"
_PIECE = 1 << 20


@dataclass(frozen=True)
class RunningJob:
    """A job with the container that it has: the ID of its image, and its environment's file."""

    name: str
    leaf: str
    argv: tuple[str, ...]
    image: str
    environment: str


def running(host: Host, leaves: Sequence[str]) -> list[RunningJob]:
    """The jobs of ``leaves`` that a box has containers of.

    Raises:
        DockwrightError: a leaf has none there: nobody knows what to try its data with.

    Example::

        running(host, ["wiki"])[0].image  # 'sha256:…'
    """
    boot: Boot = host.get_fact(BootJobs, **as_root(host))
    init = INITS.get(boot.init or "")
    made = []
    for leaf in leaves:
        units = [
            unit
            for path in boot.files
            if init is not None
            and (unit := init.unit_of(path)) is not None
            and leaf_of(unit) == leaf
        ]
        jobs = {} if init is None else init.kept_up(leaf, units)[0]
        its = []
        for job in sorted(jobs):
            if init is not None and (container := boot.containers.get(job)) is not None:
                unit, environment = init.paths_of(job)
                argv = init.arguments(boot.files[unit].content)
                its.append(RunningJob(job, leaf, argv, container.image, environment))
        if not its:
            raise DockwrightError(
                f"box {host.name}: {leaf}: no container of it, to try its data with; start it first"
            )
        made += its
    return made


def fetch_images(host: Host, images: Sequence[str], folder: Path) -> None:
    """Have the images with these IDs as files of ``folder`` (`_file`).

    Raises:
        DockwrightError: the box's engine does not give one.

    Example::

        fetch_images(host, ["sha256:…"], Path("/tmp/x"))
    """
    for image in dict.fromkeys(images):
        with talking(host), _file(folder, image).open("wb") as file:
            for piece in client(host).get_image(image, _PIECE):
                file.write(piece)


def load_images(host: Host, images: Sequence[str], folder: Path) -> None:
    """Have the engine of ``host`` load them.

    Raises:
        DockwrightError: it refuses one.

    Example::

        load_images(host, ["sha256:…"], Path("/tmp/x"))
    """
    for image in dict.fromkeys(images):
        with talking(host), _file(folder, image).open("rb") as file:
            for said in client(host).load_image(file):  # type: ignore[no-untyped-call]
                if "error" in said:
                    raise DockwrightError(f"box {host.name}: {shown(str(said['error']), 400)}")


def _file(folder: Path, image: str) -> Path:
    return folder / f"{image.removeprefix('sha256:')[:64]}.tar"


def fetch_folder(host: Host, base: str, places: Sequence[str], file: Path) -> None:
    """Have repositories in a folder of a box as an archive on this machine.

    Raises:
        BoxError: not all of it came.

    Example::

        fetch_folder(host, "/srv/backups", ["app1/wiki"], Path("/tmp/x/backups.tar"))
    """
    script = f"tar -C {quote(base)} -cf - -- {join(places)} 2>/dev/null"
    with started(host, script) as under_way, file.open("wb") as out:
        while data := under_way.read(300):
            out.write(data)
        if under_way.status(30):
            raise BoxError(f"box {host.name}: {base}: not all of its backups could be read")


def give_folder(host: Host, base: str, file: Path) -> None:
    """Unpack what `fetch_folder` made on another box.

    Raises:
        BoxError: it could not be.

    Example::

        give_folder(host, "/srv/backups", Path("/tmp/x/backups.tar"))
    """

    def pieces() -> Iterator[bytes]:
        with file.open("rb") as read:
            while data := read.read(_PIECE):
                yield data

    said: list[str] = []
    script = f"mkdir -p {quote(base)} && tar -C {quote(base)} -xf -"
    if run(host, script, pieces(), said.append):
        raise BoxError(f"box {host.name}: {base}: {shown(' '.join(said), 300)}")


def start(host: Host, job: RunningJob, settings: Settings) -> None:
    """Start a job's container with nobody outside in reach, and wait until it is up.

    Raises:
        DockwrightError: it is not, and its last words.

    Example::

        start(host, job, settings)
    """
    words = {
        "ENVIRONMENT": quote(job.environment),
        "ARGV": join(tried(job.argv, job.image, _NETWORK)),
        "NAME": job.name,
        "STEADY": str(ceil(settings.steady_seconds)),
        "WAIT": str(ceil(settings.wait_seconds)),
    }
    script = _TRY
    for word, value in words.items():
        script = script.replace(f"@{word}@", value)
    _done(host, f"{job.leaf}: not up with its data", script)


def check(host: Host, job: RunningJob, words: Sequence[str]) -> None:
    """Ask a leaf's own check, in its container.

    Raises:
        DockwrightError: it does not end with 0, and its last words.

    Example::

        check(host, job, ["git", "-C", "/data", "fsck"])
    """
    _done(host, f"{job.leaf}: its check", f"docker exec {quote(job.name)} {join(words)}")


def _done(host: Host, what: str, script: str) -> None:
    done = do(host, Script(what, script).command(), as_root(host))
    if not done.ok:
        last = [*done.output[-3:], *done.errors[-3:]]
        raise DockwrightError(f"{what}: {shown(' '.join(last), 400) or f'status {done.status}'}")
