"""An image from a file of this machine into a box's engine."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

from dockwright import sdk
from dockwright.engine.image_file import repack
from dockwright.errors import DockwrightError
from dockwright.text import line


def load(engine: sdk.APIClient, file: Path, image: str, tag: str) -> None:
    """Load ``image`` of ``file`` as ``tag``; no other tag of the box moves.

    Args:
        engine: the SDK's client.
        file: as `dockwright.engine.image_file.repack` reads it.
        image: the image that is meant, in any spelling.
        tag: ``name:tag`` that it is given.

    Raises:
        DockwrightError: the file has no such image for the engine's platform, or the engine
            refused it.

    Example::

        load(engine, Path("pg.tar"), "postgres:16", "postgres:16")
    """
    version = engine.version()
    # the whole of it on this machine first: a broken file never comes to the box
    with TemporaryFile() as archive:
        repack(file, image, f"{version['Os']}/{version['Arch']}", tag, archive)
        archive.seek(0)
        for message in engine.load_image(archive):  # type: ignore[no-untyped-call]
            if "error" in message or "errorDetail" in message:
                detail = message.get("errorDetail") or {}
                said = line(str(detail.get("message") or message.get("error")), 500)
                raise DockwrightError(f"{file}: the box's engine refused it: {said}; write it anew")
