"""A command of one's own: in a new container as a leaf's job has it, or in one that runs.

Who calls it: `dockwright run` and `dockwright exec`.
"""

from __future__ import annotations

import os
import secrets
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf
from pathlib import Path

import gevent
from gevent.select import select
from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.host import Host

from dockwright.boot.one_off import one_off
from dockwright.boot.procfile import parse
from dockwright.box.connection import broke, over
from dockwright.box.privilege import as_root
from dockwright.box.process import do, still_answers
from dockwright.box.program import LOST
from dockwright.box.session import session
from dockwright.box.stream import Limits, Stream, dial
from dockwright.errors import DockwrightError
from dockwright.facts.boot import Boot, BootJobs
from dockwright.inits.init import INITS, Init
from dockwright.inits.names import leaf_of
from dockwright.inits.reach_file import loaded_before
from dockwright.run.inventory import connected, find, load, present
from dockwright.run.stream import safe
from dockwright.site.settings import settings
from dockwright.terminal import echo

# Seconds without a byte after which the box is asked whether it is there.
_SILENCE = 30.0
_PIECE = 1 << 16
_CLIENT = "/etc/dockwright/client"  # as a job's own client has it


@dataclass(frozen=True)
class _Place:
    """Where a leaf runs: its box, what that has, its init, and the jobs there in their order."""

    host: Host
    boot: Boot  # its jobs, files and containers, as the box has them
    init: Init
    jobs: tuple[str, ...]

    def job(self, leaf: str, process: str | None) -> str:
        if process is None:
            return self.jobs[0]
        for job in self.jobs:
            if job.split(".")[1] == process:
                return job
        names = list(dict.fromkeys(job.split(".")[1] for job in self.jobs))
        close = get_close_matches(process, names, 1)
        hint = f"did you mean {close[0]}?" if close else f"has {', '.join(names)}"
        raise DockwrightError(f"box {self.host.name}: {leaf}: no process {process}; {hint}")


def run(
    leaf: str,
    command: Sequence[str],
    *,
    process: str | None = None,
    box: str | None = None,
    inventory: str | None = None,
    terminal: bool = False,
    skip: Sequence[str] = (),
) -> int:
    """Run ``command`` in a new container of a leaf; its exit status.

    It has the image, environment, volumes and limits of the leaf's job, but publishes no port. Its
    output and errors are passed on, and standard input is its own.

    Args:
        leaf: its name.
        command: words; empty for what the job runs.
        process: whose job; None for the first of the leaf's Procfile.
        box: a box; None for the one where the leaf runs.
        inventory: as for `dockwright.run.inventory.load`.
        terminal: whether this terminal becomes the container's.
        skip: as for `dockwright.run.inventory.load`.

    Raises:
        DockwrightError: the leaf runs nowhere, or on several boxes of which none is named.

    Example::

        run("zenweb", ["ls", "/"])  # 0
    """
    with _place(leaf, box, inventory, skip) as place:
        job = place.job(leaf, process)
        unit, environment = place.init.paths_of(job)
        try:
            argv = place.init.arguments(place.boot.files[unit].content)
            name = f"{leaf}-run-{secrets.token_hex(4)}"
            words = one_off(argv, command, name=name, terminal=terminal)
        except DockwrightError as error:
            raise DockwrightError(f"box {place.host.name}: {unit}: {error}") from error
        # the values themselves stay on the box: its shell reads them there
        exports = f"set -a; . {shlex.quote(environment)}; set +a; "
        exports = exports if environment in place.boot.files else ""
        script = (
            f"{loaded_before(leaf, place.boot.files)}{exports}"
            f"DOCKER_CONFIG={_CLIENT} exec docker {shlex.join(words)}"
        )
        try:
            return _passed_through(place.host, script, terminal)
        except KeyboardInterrupt:
            away = StringCommand("docker", "rm", "--force", QuoteString(name))
            do(place.host, away, as_root(place.host))
            raise


def run_in(
    leaf: str,
    command: Sequence[str],
    *,
    process: str | None = None,
    box: str | None = None,
    inventory: str | None = None,
    terminal: bool = False,
    skip: Sequence[str] = (),
) -> int:
    """Run ``command`` in the container of a leaf that runs; its exit status.

    Args:
        leaf: its name.
        command: words; empty for ``sh``.
        process: whose container; None for the first process of the leaf's Procfile.
        box: as for `run`.
        inventory: as for `run`.
        terminal: as for `run`.
        skip: as for `run`.

    Raises:
        DockwrightError: as of `run`; or no such container runs.

    Example::

        run_in("zenweb", ["ls", "/"])  # 0
    """
    with _place(leaf, box, inventory, skip) as place:
        job = place.job(leaf, process)
        container = place.boot.containers.get(job)
        if container is None or not container.running:
            raise DockwrightError(
                f"box {place.host.name}: {leaf}: container {job} does not run; see "
                f"`dockwright logs {leaf}`, or use `dockwright run {leaf}`"
            )
        how = ["--interactive", *(["--tty"] if terminal else [])]
        words = shlex.join(["exec", *how, job, *(command or ["sh"])])
        return _passed_through(place.host, f"exec docker {words}", terminal)


@contextmanager
def _place(
    leaf: str, box: str | None, inventory: str | None, skip: Sequence[str]
) -> Iterator[_Place]:
    with load(inventory, skip) as loaded:
        seen: set[str] = set()
        having: list[str] = []
        unreached: DockwrightError | None = None
        for host in [find(loaded, box)] if box else present(loaded):
            try:
                with connected(host):
                    leaves = _jobs(host.get_fact(BootJobs, **as_root(host)))
            except DockwrightError as error:
                if box:
                    raise
                echo(f"warning: {error}", err=True)
                unreached = error
                continue
            seen |= leaves.keys()
            if leaf in leaves:
                having.append(str(host.name))
        if not having and not seen and unreached:
            raise unreached
        if not having:
            close = get_close_matches(leaf, seen, 1)
            known = ", ".join(sorted(seen)) or "none"
            hint = f"did you mean {close[0]}?" if close else f"leaves: {known}"
            raise DockwrightError(f"leaf {leaf}: runs on none of the boxes; {hint}")
        if len(having) > 1:
            raise DockwrightError(
                f"leaf {leaf}: on boxes {', '.join(having)}; name one of them with --box"
            )
        host = find(loaded, having[0])
        with connected(host):
            boot = host.get_fact(BootJobs, **as_root(host))
            jobs = _in_order(host, leaf, _jobs(boot)[leaf])
            yield _Place(host, boot, INITS[boot.init or ""], jobs)


def _jobs(boot: Boot) -> dict[str, list[str]]:
    """The jobs that are kept up, by leaf."""
    by_leaf: dict[str, list[str]] = {}
    if boot.init not in INITS:
        return by_leaf
    init = INITS[boot.init]
    units: dict[str, list[str]] = {}
    for path in boot.files:
        if (unit := init.unit_of(path)) is not None:
            units.setdefault(leaf_of(unit), []).append(unit)
    for leaf, its in units.items():
        if jobs := init.kept_up(leaf, its)[0]:
            by_leaf[leaf] = sorted(jobs)
    return by_leaf


def _in_order(host: Host, leaf: str, jobs: Sequence[str]) -> tuple[str, ...]:
    """As the leaf's Procfile has them, where that is here; else web first, then by name."""
    images = settings(host.data.dict(), host.name).images  # type: ignore[no-untyped-call]
    path = Path(images) / leaf / "Procfile"
    names = ["web"]
    with suppress(OSError, UnicodeDecodeError, DockwrightError):
        names = [process.name for process in parse(path.read_text(encoding="utf-8"), str(path))]
    order = {name: number for number, name in enumerate(names)}

    def place(job: str) -> tuple[int, str, int]:
        _, process, number = job.split(".")
        return order.get(process, len(order)), process, int(number)

    return tuple(sorted(jobs, key=place))


def _passed_through(host: Host, script: str, terminal: bool) -> int:
    if terminal:
        return session(host, f"sh -c {shlex.quote(script)}")
    limits = Limits(_SILENCE, lambda: still_answers(host, "what it runs"), inf)
    errors = _Shown(sys.stderr.fileno())
    output = _Shown(sys.stdout.fileno())
    with over(host):
        _, said = dial(host, f"ready\n{script}\n", "what it runs", limits, tell=errors.write)
        feeding = gevent.spawn(_feed, said)
        try:
            while data := said.recv(_PIECE):
                output.write(data)
            status = said.status()
        finally:
            feeding.kill()
            said.close()
            output.end()
            errors.end()
    if status == LOST:
        raise DockwrightError(broke(host, way="see what it did there"))
    return status


def _feed(said: Stream) -> None:
    """Standard input, until it ends or nobody reads it any more."""
    with suppress(OSError, EOFError, ValueError):
        descriptor = sys.stdin.fileno()
        while True:
            select([descriptor], [], [])
            data = os.read(descriptor, _PIECE)
            if not data:
                said.end()
                return
            said.sendall(data)


class _Shown:
    """Bytes to a descriptor as they are; to a terminal as safe lines."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._is_terminal = os.isatty(descriptor)
        self._rest = b""

    def write(self, data: bytes) -> None:
        if not self._is_terminal:
            self._out(data)
            return
        whole, newline, self._rest = (self._rest + data).rpartition(b"\n")
        if newline:
            self._lines(whole + newline)

    def end(self) -> None:
        if self._rest:
            self._lines(self._rest)
            self._rest = b""

    def _lines(self, data: bytes) -> None:
        for piece in safe([data]):
            self._out(piece)

    def _out(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
