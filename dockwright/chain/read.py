"""The chain's one edge to the outside: reading a folder of image folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from dockwright.chain.context import Entry
from dockwright.chain.graph import Source
from dockwright.chain.ignore import Rule, ignored, rules
from dockwright.chain.reference import is_folder_name, is_tag
from dockwright.errors import DockwrightError, shown

_SUFFIX = ".Dockerfile"


def read(folder: Path) -> tuple[Source, ...]:
    """Every image below ``folder``, sorted by its Dockerfile's path, with its context.

    ``web/Dockerfile`` is image ``web``; ``web/worker.Dockerfile`` is image ``worker``, with the
    same context. A ``Procfile`` beside ``Dockerfile`` makes a leaf, ``VERSION`` declares a tag,
    and ``upstream.args`` names the build arguments that flavour `upstream` needs.

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
    if not folder.is_dir():
        raise DockwrightError(f"{folder}: no such folder; name the one with the image folders")
    try:
        sources = [_source(path) for path in sorted(_dockerfiles(folder)) if path.is_file()]
    except OSError as error:
        raise DockwrightError(
            f"{shown(os.fsdecode(error.filename), 4096)}: {error.strerror}; see its owner and mode"
        ) from error
    if not sources and not _procfiles(folder):
        raise DockwrightError(f"{folder}: no Dockerfile in it or below; make one a folder")
    return tuple(sources)


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
    found = sorted(path for path in folder.glob("*/Procfile") if path.is_file())
    return [path for path in found if not any(_dockerfiles(path.parent))]


def _dockerfiles(folder: Path) -> Iterator[Path]:
    """Not by Path.rglob: a folder that can't be read would be passed over without a word."""
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as scanned:
            for child in scanned:
                if child.is_dir(follow_symlinks=False):
                    waiting.append(child.path)
                elif child.name == "Dockerfile" or child.name.endswith(_SUFFIX):
                    yield Path(child.path)


def _source(path: Path) -> Source:
    named_by_folder = path.name == "Dockerfile"
    name = path.parent.name if named_by_folder else path.name.removesuffix(_SUFFIX)
    if not is_folder_name(name):
        raise DockwrightError(
            f"{path}: image {shown(name)}: no image can be called so; use lower-case letters "
            "and digits, parted by one of . _ -"
        )
    return Source(
        name=name,
        path=str(path),
        text=_text(path),
        context=tuple(
            sorted(_entries(os.fsencode(path.parent), _rules(path)), key=lambda entry: entry.path)
        ),
        procfile=_beside(path, "Procfile") if named_by_folder else None,
        version=_version(path) if named_by_folder else None,
        dockerfile=path.name,
        upstream_args=tuple((_beside(path, "upstream.args") or "").split()),
    )


def _rules(dockerfile: Path) -> tuple[Rule, ...]:
    """A Dockerfile's own ignore file goes before the folder's."""
    for path in (Path(f"{dockerfile}.dockerignore"), dockerfile.with_name(".dockerignore")):
        if path.is_file():
            return rules(_text(path), str(path))
    return ()


def _entries(top: bytes, lines: Sequence[Rule]) -> Iterator[Entry]:
    """What `.dockerignore` leaves; names are read as bytes, since str ones hang on the locale."""
    brings_back = any(rule.brings_back for rule in lines)
    waiting = [(top, "")]
    while waiting:
        folder, above = waiting.pop()
        with os.scandir(folder) as scanned:
            children = list(scanned)
        for child in children:
            path = f"{above}{_name(child.name)}"
            out = ignored(path, lines)
            if child.is_dir(follow_symlinks=False):
                if not out:
                    yield Entry(path, "folder")
                if not out or brings_back:
                    waiting.append((child.path, f"{path}/"))
            elif not out:
                yield _entry(child, path)


def _entry(child: os.DirEntry[bytes], path: str) -> Entry:
    if child.is_symlink():
        target = os.readlink(child.path)  # noqa: PTH115  Path would normalise it
        return Entry(path, "link", target=_name(target))
    if not child.is_file():
        raise DockwrightError(
            f"{os.fsdecode(child.path)}: no file, folder or link; an engine can't be sent it: "
            "remove it, or name it in .dockerignore"
        )
    content = Path(os.fsdecode(child.path)).read_bytes()
    executable = bool(child.stat().st_mode & 0o100)
    return Entry(path, "file", content=content, executable=executable)


def _name(written: bytes) -> str:
    return written.decode("utf-8", "surrogateescape")


def _beside(path: Path, name: str) -> str | None:
    other = path.with_name(name)
    return _text(other) if other.is_file() else None


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
