"""Containers of a leaf that are older than a file which they read at their start."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pyinfra import host
from pyinfra.context import ctx_host

from dockwright.box import log
from dockwright.box.change import Change
from dockwright.box.privilege import as_root
from dockwright.commands.declare import Call, Commands, operation
from dockwright.commands.expected import check_settled
from dockwright.engine.health import Patience, Watch
from dockwright.facts.boot import BootJobs
from dockwright.facts.newest import Newest
from dockwright.operations.boot.ports import switch_of
from dockwright.operations.boot.steps import init_of, said_to
from dockwright.switching.former import Former


@operation()
def restart(leaf: str, files: Sequence[str], wait: float = 60, steady: float = 3) -> Commands:
    """Restart the leaf's containers that are older than one of ``files``, which they read at start.

    One after the other, each up before the next; it ends once they are, as for `job`.

    Args:
        leaf: its name.
        files: absolute paths on the box, such as a certificate's.
        wait: seconds within which each must be up.
        steady: seconds that one without HEALTHCHECK must stay up.

    Example::

        boot.restart("registry", ["/etc/dockwright/registry/tls.crt"])
    """
    # its job may be about to be switched, which starts all of them with the files as they are then
    check_settled(str(host.name), [*files, switch_of(leaf)])
    on_box = host.get_fact(BootJobs)
    init = init_of(on_box.init)
    changed = host.get_fact(Newest, list(files))
    old = [
        job
        for job, container in sorted(on_box.containers.items())
        if job.partition(".")[0] == leaf
        and on_box.active.get(init.unit(job)) == "active"
        and container.started < changed
    ]
    if not old:
        host.noop(f"boot job {leaf}: runs with its files as they are")
        return
    log.changes(host, [Change("~", job, ("restarts with its new files",)) for job in old])

    @cache
    def watch() -> Watch:
        # who it is asked as is itself a question to the box
        here = ctx_host.get()  # type: ignore[no-untyped-call]
        return Former(here, init, leaf, as_root(here)).watch(Patience(wait, steady))

    def mark(job: str) -> None:
        watch().mark([job])

    def until_up(job: str) -> None:
        watch().until_up([job])

    for job in old:
        yield Call(f"see where the log of {job} stands", mark, job)
        yield from said_to(init, init.restart, [init.unit(job)])
        yield Call(f"wait until {job} is up", until_up, job)
