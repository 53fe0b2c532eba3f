"""Former builds of the chain taken away, where nothing on the box needs them any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from pyinfra import host

from dockwright import sdk
from dockwright.box import log
from dockwright.box.change import images as changed_images
from dockwright.chain.engine_image import EngineImage
from dockwright.chain.prune import after, superfluous, undeclared
from dockwright.commands.declare import Call, Commands, operation
from dockwright.commands.expected import ENGINE, OF_ENGINE, changing, check_settled, is_changing
from dockwright.engine.client import talking, worker
from dockwright.errors import Awaited, DockwrightError
from dockwright.facts.boot import FORMER, Boot, BootJobs
from dockwright.facts.engine import Engine
from dockwright.facts.image import images_on
from dockwright.inits.names import leaf_of
from dockwright.operations.boot.ports import end_of, switch_of
from dockwright.switching.kept import versions
from dockwright.text import line

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_IN_USE = 409


@operation()
def prune(
    generations: int = 2,
    keep: Collection[str] = (),
    declared: Collection[str] | None = None,
    names: Collection[str] = (),
) -> Commands:
    """Remove former builds of the chain's images from the box.

    What stays: whatever another tag than a recipe's names, what a container has (a stopped one
    too), what a file of a boot job names or did before its last upgrades, and of each image the
    newest former build, so that there is one to go back to. Images that the chain did not make
    are left alone.

    Args:
        generations: builds of each image that stay, the present one among them; from 1.
        keep: IDs or digests (``sha256:…``) of images that stay besides.
        declared: names of all images of the chain that the box is to have; what nothing needs of
            others goes, with all its names. None: they stay.
        names: ``name:tag`` of images that stay besides: leaves that begin in the same run need
            them only from then on.

    Raises:
        OperationError: generations below 1, or the engine refused.

    Example::

        image.prune()
    """
    if generations < 1:
        raise DockwrightError(f"generations {generations}: not from 1; 1 keeps no former build")
    if is_changing(str(host.name), [ENGINE]) and host.get_fact(Engine).dockerd is None:
        # else each plan of a bare box would name it, for nothing
        host.noop("no builds: the engine is not installed yet")
        return
    check_settled(str(host.name), [ENGINE])
    boot = host.get_fact(BootJobs)
    held = list({image.id: image for image in images_on(host).values()}.values())
    keep = {*keep, *(image.id for image in held if not {*names}.isdisjoint(image.tags))}
    needed = {*keep, *_needed(boot)}

    def not_needed(images: Sequence[EngineImage], needs: Collection[str]) -> list[EngineImage]:
        others = () if declared is None else undeclared(images, declared, needs)
        known = {image.id for image in others}
        formers = superfluous(images, needs, generations)
        return [*others, *(image for image in formers if image.id not in known)]

    old = not_needed(held, needed)
    if not old:
        _check_none_come(held, {*keep, *_needed(boot, switched=True)}, not_needed)
        host.noop("no former builds that nothing needs")
        return
    for image in old:
        log.reason(host, f"{image.group}: {image.id[:19]} of {_day(image)} is not needed")
    log.changes(
        host,
        changed_images(("-", image.group or "", f"a build of {_day(image)}") for image in old),
    )
    yield Call(f"remove {len(old)} former builds", _remove, old)


def _needed(boot: Boot, *, switched: bool = False) -> set[str]:
    """IDs and digests that the leaves of the box need, but those that are going to go.

    ``switched``: what they will need of that once the run's switches are done. What a leaf has now
    is its former version then; the oldest version that it may go back to makes room for that.
    """
    needed = {one.image for job, one in boot.containers.items() if _stays(leaf_of(job))}
    for path, file in boot.files.items():
        if _stays(leaf_of(path.rpartition("/")[2])):
            needed.update(_DIGEST.findall(file.content))
    for folder, images in boot.former.items():
        leaf = folder.partition(".")[0]
        oldest = f"{FORMER}/{folder}" == versions(leaf)[-1]
        if _stays(leaf) and not (switched and oldest and _is_switched(leaf)):
            needed |= images
    return needed


def _stays(leaf: str) -> bool:
    return not is_changing(str(host.name), [end_of(leaf)])


def _is_switched(leaf: str) -> bool:
    return is_changing(str(host.name), [switch_of(leaf)])


def _check_none_come(
    held: Sequence[EngineImage],
    needed: Collection[str],
    not_needed: Callable[[Sequence[EngineImage], Collection[str]], Sequence[EngineImage]],
) -> None:
    """Raise Awaited where what the same run does before may leave builds that nothing needs.

    What is built or pulled makes former builds; a switch, and a leaf's end, end the need of them.
    """
    noted = {thing for thing in changing(str(host.name)) - OF_ENGINE if not thing.startswith("/")}
    names = {name.rpartition("/")[2].partition(":")[0] for name in noted}
    if noted and (may_go := not_needed(after(held, names), needed)):
        whose = ", ".join(sorted({str(image.group) for image in may_go}))
        raise Awaited(f"former builds of {whose}, where nothing needs them then")


def _day(image: EngineImage) -> str:
    return "an unknown day" if image.created is None else f"{image.created:%Y-%m-%d}"


def _remove(images: Sequence[EngineImage]) -> None:
    with talking(host):
        engine = worker(host)
        for image in images:
            # by each of its names: the last one takes the image with it
            for name in (*image.tags, *image.digests) or (image.id,):
                try:
                    engine.remove_image(name)
                except sdk.NotFound:
                    continue  # with a repository's last tag go its digests
                except sdk.APIError as error:
                    if error.status_code != _IN_USE:
                        raise
                    # a container of this moment, or an image built upon it by hand
                    log.info(host, f"{image.id[:19]} stays: {line(str(error.explanation), 500)}")
                    break
