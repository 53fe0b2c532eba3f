"""Back to what a leaf ran before its last upgrade, box by box."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pyinfra.api.host import Host

from dockwright.box.lock import hold
from dockwright.box.privilege import as_root
from dockwright.box.record import Begun, Outcome, commit_of, write
from dockwright.engine.health import Patience, wait_until_up
from dockwright.errors import DockwrightError
from dockwright.facts.boot import FORMER, Boot, BootJobs
from dockwright.facts.image import images_on
from dockwright.inits.init import INITS, Init
from dockwright.inits.names import leaf_of
from dockwright.operations.boot_former import Former, keep, pending
from dockwright.run.inventory import connected, find, load
from dockwright.site.settings import settings
from dockwright.terminal import echo


def roll_back(
    leaf: str,
    boxes: Sequence[str] = (),
    inventory: str | None = None,
    say: Callable[[str], None] = echo,
) -> None:
    """Put the leaf's former jobs back on each box that runs it; stop at the first that fails.

    What ran until now becomes the former one, so that a second call goes forward again. After an
    upgrade that was broken off, it is what ran before it that comes back. No box is touched
    before all of them are known to have a way back, image and all.

    Args:
        leaf: its name.
        boxes: names of boxes; by default all of the inventory.
        inventory: as for `dockwright.run.inventory.load`.
        say: told what happens.

    Raises:
        DockwrightError: no box runs the leaf, a box has no former jobs of it or lacks their
            image, or they do not come up; then what ran until now is put back.

    Example:
        >>> roll_back("zenweb")  # doctest: +SKIP
    """
    with load(inventory) as loaded:
        named = [find(loaded, name) for name in boxes] or list(loaded)
        for host in _with_a_way_back(named, leaf):
            with connected(host):
                hold(host)
                with _recorded(host, leaf, say):
                    _box_back(host, leaf)
                say(f"{host.name}: {leaf}: back at {_image(host, leaf)}")


@contextmanager
def _recorded(host: Host, leaf: str, say: Callable[[str], None]) -> Iterator[None]:
    what = f"rollback of {leaf}"
    begun = Begun(what, commit_of(Path("rollback").absolute()))
    became = Outcome((), (what,))
    try:
        yield
        became = Outcome((what,), ())
    except KeyboardInterrupt:
        became = Outcome((), (), what)
        raise
    finally:
        if (trouble := write(host, begun.record(became))) is not None:
            say(trouble)


def _with_a_way_back(hosts: Iterable[Host], leaf: str) -> list[Host]:
    seen: set[str] = set()
    found = []
    for host in hosts:
        with connected(host):
            seen |= (running := _leaves(_boot(host)))
            if leaf in running:
                _way_back(host, leaf)
                found.append(host)
    if not found:
        raise DockwrightError(
            f"leaf {leaf}: runs on none of the boxes; leaves: {', '.join(sorted(seen)) or 'none'}"
        )
    return found


def _way_back(host: Host, leaf: str) -> str:
    """The folder with the jobs to go back to; pending is there after a switch was broken off."""
    former = _former(host, leaf)
    for folder in (pending(leaf), f"{FORMER}/{leaf}"):
        if former.kept_in(folder):
            break
    else:
        raise DockwrightError(
            f"box {host.name}: {leaf}: no former image: it has not been upgraded here; see "
            "`docker image ls` there, and deploy/leaves.py for the one that is declared"
        )
    there = images_on(host, **as_root(host)).values()
    known = {digest.rpartition("@")[2] for image in there for digest in (image.id, *image.digests)}
    if lacking := sorted(former.images_in(folder) - known):
        raise DockwrightError(
            f"box {host.name}: {leaf}: its former image {lacking[0]} is not there any more; pull "
            "it by that digest, or declare and push the one that is wanted"
        )
    return folder


def _box_back(host: Host, leaf: str) -> None:
    there, former, folder = _boot(host), _former(host, leaf), _way_back(host, leaf)
    here = settings(host.data.dict(), host.name)  # type: ignore[no-untyped-call]
    patience = Patience(here.wait_seconds, here.steady_seconds)
    now = [path for path in there.files if former.kind.owned(leaf, path)]
    former.begin()
    if folder == pending(leaf):
        wait_until_up(host, former.put_back(folder, now), patience, former.last_lines)
        former.drop()
        return
    former.run(keep(leaf, now, works=True).command())
    try:
        wait_until_up(host, former.put_back(folder, now), patience, former.last_lines)
    except DockwrightError as error:
        former.put_back(pending(leaf), [*now, *former.kept_in(folder)])
        former.drop()
        raise DockwrightError(
            f"box {host.name}: {leaf}: its former jobs did not come up, and what ran until now "
            f"is put back: {error}"
        ) from error
    former.exchange()


def _former(host: Host, leaf: str) -> Former:
    return Former(host, _init(host), leaf, as_root(host))


def _init(host: Host) -> Init:
    return INITS[_boot(host).init or ""]


def _boot(host: Host) -> Boot:
    return host.get_fact(BootJobs, **as_root(host))


def _leaves(there: Boot) -> set[str]:
    return {
        leaf
        for path in there.files
        # other units may be called dockwright-… too
        if (leaf := leaf_of(path.rpartition("/")[2])) and INITS[there.init or ""].owned(leaf, path)
    }


def _image(host: Host, leaf: str) -> str:
    found = (found for job, found in _boot(host).containers.items() if leaf_of(job) == leaf)
    return next((f"image {container.image[:19]}" for container in found), "no container")
