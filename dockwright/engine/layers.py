"""What an engine says of its images' layers."""

from __future__ import annotations

from typing import Any

from pyinfra.api.host import Host

from dockwright import sdk
from dockwright.engine.client import client, talking
from dockwright.picture.store import StoredImage, StoreEntry


def stored_images(host: Host) -> tuple[StoredImage, ...]:
    """The images of the engine of ``host``, as `docker image ls` lists them, with their history.

    What the builder left in between is not among them: its layers are those of images that are.

    Raises:
        NotReady: the engine does not answer.

    Example::

        len(stored_images(host))  # 7
    """
    with talking(host):
        engine = client(host)
        images = (_stored(engine, listed) for listed in engine.images())
        return tuple(image for image in images if image is not None)


def _stored(engine: sdk.APIClient, listed: dict[str, Any]) -> StoredImage | None:
    try:
        image = engine.inspect_image(listed["Id"])  # type: ignore[no-untyped-call]
        history = engine.history(listed["Id"])  # type: ignore[no-untyped-call]
    except sdk.ImageNotFound:
        return None  # it went while we asked
    diff_ids = tuple(image["RootFS"].get("Layers") or ())
    known = sum(1 for entry in history if entry["Size"]) == len(diff_ids)
    return StoredImage(
        id=image["Id"],
        names=tuple(image.get("RepoTags") or image.get("RepoDigests") or ()),
        diff_ids=diff_ids,
        history=tuple(
            StoreEntry(
                created_by=entry["CreatedBy"] or "",
                comment=entry["Comment"] or "",
                size=entry["Size"],
                layers=None if known else _layers_after(engine, entry["Id"]),
            )
            for entry in reversed(history)
        ),
    )


def _layers_after(engine: sdk.APIClient, image: str) -> int | None:
    """A layer may have no bytes: then only the image that the entry ended in tells of it."""
    if image == "<missing>":  # built by BuildKit, or elsewhere
        return None
    try:
        inspection = engine.inspect_image(image)  # type: ignore[no-untyped-call]
    except sdk.ImageNotFound:
        return None
    return len(inspection["RootFS"].get("Layers") or ())
