"""Back to what a leaf ran before its last upgrade, or the one before that, box by box.

Each call goes one version further back; forward again is what a run of the deploys does. Who calls
it: `dockwright rollback`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pyinfra.api.host import Host
from pyinfra.context import ctx_state

from dockwright.box.absent import left_out
from dockwright.box.lock import hold
from dockwright.box.privilege import as_root
from dockwright.box.reach import NotReached
from dockwright.engine.health import Patience
from dockwright.errors import BoxError, DockwrightError
from dockwright.facts.boot import FORMER, Boot, BootJobs
from dockwright.facts.image import EngineImage, images_on
from dockwright.inits.init import INITS, Init
from dockwright.inits.names import leaf_of
from dockwright.run.inventory import connected, find, load, present
from dockwright.run.recorded import recorded
from dockwright.run.service_back import services_back
from dockwright.site.settings import settings
from dockwright.switching.former import Former
from dockwright.switching.kept import keep, pending, versions
from dockwright.terminal import echo


@dataclass(frozen=True)
class _Way:
    """What a box goes back to: the ``folder`` that keeps its files, a former version's number.

    ``number`` is 0 for what ran before a switch that was broken off, and where the files are
    those of today with another ``image``.
    """

    folder: str
    number: int = 0
    image: str = ""


def roll_back(
    leaf: str,
    boxes: Sequence[str] = (),
    inventory: str | None = None,
    say: Callable[[str], None] = echo,
    to: str | None = None,
    skip: Sequence[str] = (),
) -> None:
    """Put the leaf's former jobs back on each box that runs it; stop at the first that fails.

    A second call goes one version further back: what is left behind is what a run of the deploys
    brings. After an upgrade that was broken off, it is what ran before it that comes back. No box
    is touched before all of them are known to have a way back, image and all. One that does not
    answer is told, and the others go back.

    Args:
        leaf: its name.
        boxes: names of boxes; by default all of the inventory.
        inventory, skip: as for `dockwright.run.inventory.load`.
        say: told what happens.
        to: the first characters of an image's digest or ID, at least 6 of its hex digits; a
            version that is kept with it comes back, else today's jobs run that image.

    Raises:
        DockwrightError: no box runs the leaf, a box has no former jobs of it or lacks their
            image, or they do not come up; then what ran until now is put back. Or a box gave no
            answer: then the others are done.

    Example::

        roll_back("zenweb", to="d951c6e1")
    """
    wanted = None if to is None else _hex(to)
    with load(inventory, skip) as loaded:
        named = [find(loaded, name) for name in boxes] or present(loaded)
        if wanted is None and services_back(named, leaf, say):
            return
        having, silent = _with_a_way_back(named, leaf, wanted)
        for host in having:
            with connected(host):
                hold(host)
                with recorded(host, f"rollback of {leaf}", say):
                    _box_back(host, leaf, wanted)
                say(f"{host.name}: {leaf}: back at {_image(host, leaf)}")
        for name, why in left_out(ctx_state.get()).items():  # type: ignore[no-untyped-call]
            say(f"{name}: {why}")
    if silent:
        raise DockwrightError("\nerror: ".join(silent))


def _hex(to: str) -> str:
    digits = to.rpartition("@")[2].removeprefix("sha256:")
    if not re.fullmatch("[0-9a-f]{6,64}", digits):
        raise DockwrightError(f"--to {to}: no digest; give 6 or more of its hex digits, d951c6e1")
    return f"sha256:{digits}"


def _with_a_way_back(
    hosts: Iterable[Host], leaf: str, to: str | None
) -> tuple[list[Host], list[str]]:
    """The boxes that are to go back, and a line for each that gives no answer."""
    seen: set[str] = set()
    candidates, silent = [], []
    for host in hosts:
        try:
            with connected(host):
                seen |= (running := _leaves(_boot(host)))
                if leaf in running:
                    _way_back(host, leaf, to)
                    candidates.append(host)
        except (NotReached, BoxError) as error:
            silent.append(str(error))
    if not candidates and silent:
        raise DockwrightError("\nerror: ".join(silent))
    if not candidates:
        raise DockwrightError(
            f"leaf {leaf}: runs on none of the boxes; leaves: {', '.join(sorted(seen)) or 'none'}"
        )
    return candidates, silent


def _way_back(host: Host, leaf: str, to: str | None) -> _Way:
    """Where a box goes back to; pending is there after a switch was broken off."""
    former = _former(host, leaf)
    ways = [_Way(pending(leaf)), *(_Way(at, n) for n, at in enumerate(versions(leaf), 1))]
    images = images_on(host, **as_root(host))
    for way in ways:
        if not former.kept_in(way.folder):
            continue
        its = former.images_in(way.folder)
        if to is not None and not any(name.startswith(to) for name in its):
            continue
        known = {name.rpartition("@")[2] for i in images.values() for name in (i.id, *i.digests)}
        if lacking := sorted(its - known):
            raise DockwrightError(
                f"box {host.name}: {leaf}: its former image {lacking[0]} is not there any more; "
                "pull it by that digest, or declare and push the one that is wanted"
            )
        return way
    if to is not None:
        return _Way(f"{FORMER}/{leaf}.to", image=_reference(host, leaf, to, images.values()))
    raise DockwrightError(
        f"box {host.name}: {leaf}: no former image: it was not upgraded here, or has gone back as "
        "far as it can; see `docker image ls` there, `dockwright rollback --to DIGEST`, and "
        "deploy/leaves.py for the one that is declared"
    )


def _reference(host: Host, leaf: str, to: str, images: Iterable[EngineImage]) -> str:
    """What a job of ``leaf`` names to run the image that ``to`` means, by digest if it has one."""
    its: dict[str, EngineImage] = {}
    # a leaf that is only a Procfile runs an image of another name
    runs = _repository(_present(host, leaf, _boot(host)))
    for image in images:
        named = {_repository(name) for name in image.tags + image.digests}
        if runs in named or any(name.rpartition("/")[2] == leaf for name in named):
            its[image.id] = image
    digests = {name: i for i in its.values() for name in i.digests}
    meant = {i.id: name for name, i in digests.items() if name.rpartition("@")[2].startswith(to)}
    meant |= {i.id: min(i.digests, default=i.id) for i in its.values() if i.id.startswith(to)}
    if len(meant) == 1:
        return next(iter(meant.values()))
    names = ", ".join(sorted(min(i.digests, default=i.id)[-71:][:19] for i in its.values()))
    raise DockwrightError(
        f"box {host.name}: {leaf}: {'several images' if meant else 'no image there'} of digest "
        f"{to[7:19]}; its images: {names or 'none'}"
    )


def _repository(name: str) -> str:
    before = name.partition("@")[0]
    return before.rpartition(":")[0] if ":" in before.rpartition("/")[2] else before


def _box_back(host: Host, leaf: str, to: str | None) -> None:
    on_box, former, way = _boot(host), _former(host, leaf), _way_back(host, leaf, to)
    here = settings(host.data.dict(), host.name)  # type: ignore[no-untyped-call]
    patience = Patience(here.wait_seconds, here.steady_seconds)
    now = [path for path in on_box.files if former.kind.owned(leaf, path)]
    if way.folder == pending(leaf):
        former.put_back(way.folder, now, patience)
        former.drop()
        return
    former.run(keep(leaf, now, works=True).command())
    if way.image:
        former.imagine(way.folder, _present(host, leaf, on_box), way.image)
    try:
        former.put_back(way.folder, now, patience)
    except DockwrightError as error:
        after = "what ran until now is put back"
        try:
            former.put_back(pending(leaf), [*now, *former.kept_in(way.folder)], patience)
            former.drop()
        except DockwrightError as again:
            after = f"what ran until now is not up again ({again})"
        raise DockwrightError(
            f"box {host.name}: {leaf}: its former jobs did not come up, and {after}: {error}"
        ) from error
    former.went_back(way.number)


def _present(host: Host, leaf: str, on_box: Boot) -> str:
    """What the leaf's jobs name as their image now."""
    ids = {one.image for job, one in on_box.containers.items() if leaf_of(job) == leaf}
    images = [one for one in images_on(host, **as_root(host)).values() if one.id in ids]
    names = {name for one in images for name in (*one.digests, one.id)} | ids
    init = INITS[on_box.init or ""]
    texts = [file.content for path, file in on_box.files.items() if init.owned(leaf, path)]
    for name in sorted(names, key=len, reverse=True):
        if any(name in text for text in texts):
            return name
    raise DockwrightError(
        f"box {host.name}: {leaf}: its jobs name no image that its containers are of; run "
        "deploy/leaves.py, then roll back"
    )


def _former(host: Host, leaf: str) -> Former:
    return Former(host, _init(host), leaf, as_root(host))


def _init(host: Host) -> Init:
    return INITS[_boot(host).init or ""]


def _boot(host: Host) -> Boot:
    return host.get_fact(BootJobs, **as_root(host))


def _leaves(on_box: Boot) -> set[str]:
    return {
        leaf
        for path in on_box.files
        # other units may be called dockwright-… too
        if (leaf := leaf_of(path.rpartition("/")[2])) and INITS[on_box.init or ""].owned(leaf, path)
    }


def _image(host: Host, leaf: str) -> str:
    of_leaf = (one for job, one in _boot(host).containers.items() if leaf_of(job) == leaf)
    return next((f"image {container.image[:19]}" for container in of_leaf), "no container")
