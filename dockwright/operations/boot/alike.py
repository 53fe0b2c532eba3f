"""Files of a leaf's jobs that are as declared but for the name of their image, which is the same.

A registry that is renamed, or moves, gives an image another name. A job is pinned to the name and
the digest; where only the name is another one, its file is written and read by the init, and its
containers go on. Who asks: `dockwright.operations.boot.job`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from dockwright.errors import DockwrightError
from dockwright.facts.boot import Boot
from dockwright.facts.image import EngineImage
from dockwright.inits.file import File

# what jobs name as their image, however their init quotes it
PINNED = re.compile(r"[^\s\"']*sha256:[0-9a-f]{64}")


def alike(
    files: Callable[[str], Sequence[File]], image: EngineImage, on_box: Boot, paths: Iterable[str]
) -> frozenset[str]:
    """Those of ``paths`` whose files on the box are the leaf's, with another name of ``image``.

    Args:
        files: the leaf's files, with the image named as told.
        image: what they are to run.
        on_box: what the box has.
        paths: of the leaf's files.

    Example::

        alike(files, image, on_box, ["/etc/systemd/system/dockwright-zenweb.web.1.service"])
        # frozenset({'/etc/systemd/system/dockwright-zenweb.web.1.service'})
    """
    same = {image.id, *(name.rpartition("@")[2] for name in image.digests)}
    installed = {path: on_box.files[path] for path in paths if path in on_box.files}
    names = {name for file in installed.values() for name in PINNED.findall(file.content)}
    paths_alike = set()
    for name in sorted(name for name in names if name.rpartition("@")[2] in same):
        try:
            made = files(name)
        except DockwrightError:
            continue  # somebody's own word with a digest in it
        for file in made:
            known = installed.get(file.path)
            if known and known.content == file.text and known.access == f"{file.mode:o}:root:root":
                paths_alike.add(file.path)
    return frozenset(paths_alike)
