"""The chain's one edge to the outside: reading a folder of image folders."""

from __future__ import annotations

import os
from os.path import isfile
from pathlib import Path

from dockwright.chain.dialect import IGNORE, NEWEST, Dialect
from dockwright.chain.entries import Context
from dockwright.chain.folders import ignore_file, image_files
from dockwright.chain.graph import Source
from dockwright.chain.ignore import Rule, rules
from dockwright.chain.reference import is_folder_name, is_tag
from dockwright.chain.source import Refusal
from dockwright.errors import DockwrightError, shown

_SUFFIX = ".Dockerfile"


def read(folder: Path, dialect: Dialect = NEWEST) -> tuple[Source, ...]:
    """Every image below ``folder``, sorted by its Dockerfile's path, with its context.

    ``web/Dockerfile`` is image ``web``; ``web/worker.Dockerfile`` is image ``worker``, with the
    same context. A ``Procfile`` beside ``Dockerfile`` makes a leaf, ``VERSION`` declares a tag,
    ``NAME`` another name than the folder's, and ``upstream.args`` names the build arguments that
    flavour `upstream` needs. What an image's own `.dockerignore` leaves out is no image.

    Args:
        folder: the folder.
        dialect: of the builder that is to be sent the contexts.

    Raises:
        DockwrightError: no such folder, none in it, a name no image can have, text not UTF-8,
            a file that can't be read or sent.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "web")
        ...     path.mkdir()
        ...     _ = Path(path, "Dockerfile").write_text("FROM debian:bookworm")
        ...     [source.name for source in read(Path(folder))]
        ['web']
    """
    sources, refused = survey(folder, dialect)
    if refused:
        raise DockwrightError(refused[0].error)
    return sources


def survey(
    folder: Path, dialect: Dialect = NEWEST
) -> tuple[tuple[Source, ...], tuple[Refusal, ...]]:
    """The same, with the images that can't be read beside those that can.

    Raises:
        DockwrightError: no such folder, or no image in it.

    Example::

        sources, refused = survey(Path("images"))
    """
    if not folder.is_dir():
        raise DockwrightError(f"{folder}: no such folder; name the one with the image folders")
    sources: list[Source] = []
    paths, unread = image_files(folder)
    refused = [Refusal("", _told(error)) for error in unread]
    for path in paths:
        try:
            sources.append(_source(path, dialect))
        except OSError as error:
            refused.append(Refusal(_plain_name(path), _told(error), str(path)))
        except DockwrightError as error:
            refused.append(Refusal(_plain_name(path), str(error), str(path)))
    if not sources and not refused and not _procfiles(folder):
        raise DockwrightError(f"{folder}: no Dockerfile in it or below; make one a folder")
    return tuple(sources), tuple(refused)


def read_procfiles(folder: Path) -> tuple[Source, ...]:
    """The leaves right below ``folder`` that are only a Procfile: their image has another name.

    A folder with a Dockerfile in it or below is an image's, and its Procfile is `read`'s.

    Raises:
        DockwrightError: a file that can't be read, or is not UTF-8.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "db")
        ...     path.mkdir()
        ...     _ = Path(path, "Procfile").write_text("db: docker run postgres:16")
        ...     [leaf.name for leaf in read_procfiles(Path(folder))]
        ['db']
    """
    return tuple(
        Source(path.parent.name, str(path), "", procfile=_text(path), dockerfile="")
        for path in _procfiles(folder)
    )


def _procfiles(folder: Path) -> list[Path]:
    procfiles = sorted(path for path in folder.glob("*/Procfile") if path.is_file())
    return [path for path in procfiles if not image_files(path.parent)[0]]


def _told(error: OSError) -> str:
    name = shown(os.fsdecode(error.filename or b""), 4096)
    return f"{name}: {error.strerror}; see its owner and mode"


def _plain_name(path: Path) -> str:
    """What an image is called unless its folder has a NAME."""
    if path.name != "Dockerfile":
        return path.name.removesuffix(_SUFFIX)
    # a folder that is called `.` has a name too
    return Path(os.path.abspath(path.parent)).name  # noqa: PTH100  resolve would follow links


def _name(path: Path) -> str:
    named = _beside(path, "NAME") if path.name == "Dockerfile" else None
    name = _plain_name(path) if named is None else named.strip()
    if is_folder_name(name):
        return name
    if named is not None:
        raise DockwrightError(
            f"{path.with_name('NAME')}:1: {shown(name)!r}: no image can be called so; use "
            "lower-case letters and digits, parted by one of . _ -"
        )
    way = ""
    if path.name == "Dockerfile":
        way = f", or write another name into {path.with_name('NAME')}"
    raise DockwrightError(
        f"{path}: image {shown(name)}: no image can be called so; use lower-case letters "
        f"and digits, parted by one of . _ -{way}"
    )


def _source(path: Path, dialect: Dialect) -> Source:
    named_by_folder = path.name == "Dockerfile"
    name = _name(path)
    context = Context(str(path.parent), _rules(path), dialect)
    return Source(
        name=name,
        path=str(path),
        text=_text(path),
        context=context.entries,
        procfile=_beside(path, "Procfile") if named_by_folder else None,
        version=_version(path) if named_by_folder else None,
        dockerfile=path.name,
        upstream_args=tuple((_beside(path, "upstream.args") or "").split()),
        hangs_on=frozenset({IGNORE} if context.old_differs else ()),
    )


def _rules(dockerfile: Path) -> tuple[Rule, ...]:
    path = ignore_file(dockerfile)
    return () if path is None else rules(_text(path), str(path))


def _beside(path: Path, name: str) -> str | None:
    other = f"{path.parent}/{name}"
    # a Path takes longer, and there are several for each image
    return _text(Path(other)) if isfile(other) else None  # noqa: PTH113


def _version(path: Path) -> str | None:
    text = _beside(path, "VERSION")
    if text is None:
        return None
    version = text.strip()
    if not is_tag(version) or version == "latest":
        raise DockwrightError(
            f"{path.with_name('VERSION')}:1: {shown(version)!r}: not a version; write one "
            "tag, such as 2.7.0: letters, digits, _ . - and at most 128 of them"
        )
    return version


def _text(path: Path) -> str:
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        raise DockwrightError(
            f"{path}: a link to {path.resolve()}, out of its folder; put the file here"
        )
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise DockwrightError(f"{path}: not UTF-8 ({error.reason}); save it as UTF-8") from error
