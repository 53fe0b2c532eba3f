"""The chain's one edge to the outside: reading a folder of Dockerfiles."""

from pathlib import Path

from dockwright.chain.graph import Source
from dockwright.chain.reference import is_folder_name
from dockwright.errors import DockwrightError


def read(folder: Path) -> tuple[Source, ...]:
    """Every Dockerfile below ``folder``, sorted by path; an image is called as its folder is.

    Raises:
        DockwrightError: no such folder, none in it, a name no image can have, text not UTF-8.

    Example:
        >>> read(Path("images"))  # doctest: +SKIP
    """
    if not folder.is_dir():
        raise DockwrightError(f"{folder}: no such folder; name the one with the image folders")
    sources = []
    for path in sorted(folder.rglob("Dockerfile")):
        name = path.parent.name
        if not is_folder_name(name):
            raise DockwrightError(
                f"{path}: folder {name!r}: no image can be called so; use lower-case letters "
                "and digits, parted by one of . _ -"
            )
        try:
            sources.append(Source(name, str(path), path.read_bytes().decode("utf-8")))
        except UnicodeDecodeError as error:
            raise DockwrightError(
                f"{path}: not UTF-8 ({error.reason}); save it as UTF-8"
            ) from error
    if not sources:
        raise DockwrightError(f"{folder}: no Dockerfile in it or below; make one a folder")
    return tuple(sources)
