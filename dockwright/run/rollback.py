"""Back to what a leaf ran before its last upgrade, box by box."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyinfra.api.host import Host

from dockwright.engine.health import Patience, wait_until_up
from dockwright.engine.privilege import needs_sudo
from dockwright.errors import DockwrightError
from dockwright.facts.boot import FORMER, Boot, BootJobs
from dockwright.inits.init import INITS
from dockwright.inits.names import leaf_of
from dockwright.operations.boot_former import Former, keep, pending
from dockwright.run.inventory import connected, find, load


def roll_back(
    leaf: str,
    boxes: Sequence[str] = (),
    inventory: str | None = None,
    patience: Patience | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Put the leaf's former jobs back on each box that runs it; stop at the first that fails.

    What ran until now becomes the former one, so that a second call goes forward again.

    Args:
        leaf: its name.
        boxes: names of boxes; by default the group ``docker_hosts``.
        inventory: as for `dockwright.run.inventory.load`.
        patience: how long the containers may take to be up.
        say: told what happens.

    Raises:
        DockwrightError: no box runs the leaf, a box has no former jobs of it, or they do not
            come up; then what ran until now is put back.

    Example:
        >>> roll_back("zenweb")  # doctest: +SKIP
    """
    seen: set[str] = set()
    done = 0
    with load(inventory) as loaded:
        named = [find(loaded, name) for name in boxes]
        for host in named or loaded.get_group("docker_hosts", default=[]):
            with connected(host):
                there = host.get_fact(BootJobs, _sudo=needs_sudo(host))
                seen |= (running := _leaves(there))
                if leaf in running:
                    _box_back(host, leaf, there, patience or Patience())
                    say(f"{host.name}: {leaf}: back at {_image(host, leaf)}")
                    done += 1
    if not done:
        raise DockwrightError(
            f"leaf {leaf}: runs on none of the boxes; leaves: {', '.join(sorted(seen)) or 'none'}"
        )


def _leaves(there: Boot) -> set[str]:
    return {
        leaf
        for path in there.files
        # other units may be called dockwright-… too
        if (leaf := leaf_of(path.rpartition("/")[2])) and INITS[there.init or ""].owned(leaf, path)
    }


def _box_back(host: Host, leaf: str, there: Boot, patience: Patience) -> None:
    kind = INITS[there.init or ""]
    former = Former(host, kind, leaf, {"_sudo": needs_sudo(host)})
    folder = f"{FORMER}/{leaf}"
    if not former.kept_in(folder):
        raise DockwrightError(
            f"box {host.name}: {leaf}: no former image: it has not been upgraded here; see "
            f"`docker image ls` there, and deploy/leaves.py for the one that is declared"
        )
    now = [path for path in there.files if kind.owned(leaf, path)]
    former.run(keep(leaf, now, works=True).command())
    try:
        jobs = former.put_back(folder, now)
        wait_until_up(host, jobs, patience, former.last_lines)
    except DockwrightError as error:
        former.put_back(pending(leaf), [*now, *former.kept_in(folder)])
        former.drop()
        raise DockwrightError(
            f"box {host.name}: {leaf}: its former jobs did not come up, and what ran until now "
            f"is put back: {error}"
        ) from error
    former.exchange()


def _image(host: Host, leaf: str) -> str:
    there = host.get_fact(BootJobs, _sudo=needs_sudo(host))
    found = (container for job, container in there.containers.items() if leaf_of(job) == leaf)
    return next((f"image {container.image[:19]}" for container in found), "no container")
