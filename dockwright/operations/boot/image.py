"""The image of a box that a leaf's jobs are pinned to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyinfra import host

from dockwright.boot.job import Job
from dockwright.engine.machine import architecture_of
from dockwright.engine.machine import runs as runs_here
from dockwright.errors import NotReady
from dockwright.facts.image import EngineImage
from dockwright.ways_out import WayOut, way_out


def pin(image: str, images: Mapping[str, EngineImage]) -> tuple[str, str]:
    """What the job is to name, and the image's ID: by registry digest where there is one."""
    on_box = images.get(image)
    if on_box is None:
        raise NotReady(f"image {image}: not on box {host.name}; build or pull it first")
    repository = image.rpartition(":")[0]
    digest = on_box.digest_in(repository)
    return (on_box.id if digest is None else f"{repository}@{digest}"), on_box.id


def check_machine(image: EngineImage, machine: str, jobs: Sequence[Job]) -> None:
    """Make sure that the box's processor runs the image, where no line asks for another one's."""
    if runs_here(machine, image.architecture) or any("--platform" in job.argv for job in jobs):
        return
    name = next(iter(image.tags), image.id[:19])
    raise NotReady(
        f"box {host.name}: image {name}: is for {image.architecture}, and this box is "
        f"{architecture_of(machine)}; {way_out(WayOut.OTHER_PROCESSOR)}"
    )
