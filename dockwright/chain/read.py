"""The chain's one edge to the outside: reading a folder of image folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from dockwright.chain.context import Entry
from dockwright.chain.graph import Source
from dockwright.chain.ignore import Rule, ignored, rules
from dockwright.chain.reference import is_folder_name, is_tag
from dockwright.errors import DockwrightError

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
        >>> read(Path("images"))  # doctest: +SKIP
    """
    if not folder.is_dir():
        raise DockwrightError(f"{folder}: no such folder; name the one with the image folders")
    try:
        found = sorted([*folder.rglob("Dockerfile"), *folder.rglob(f"*{_SUFFIX}")])
        sources = [_source(path) for path in found if path.is_file()]
    except OSError as error:
        raise DockwrightError(
            f"{error.filename}: {error.strerror}; see its owner and mode"
        ) from error
    if not sources:
        raise DockwrightError(f"{folder}: no Dockerfile in it or below; make one a folder")
    return tuple(sources)


def _source(path: Path) -> Source:
    named_by_folder = path.name == "Dockerfile"
    name = path.parent.name if named_by_folder else path.name.removesuffix(_SUFFIX)
    if not is_folder_name(name):
        raise DockwrightError(
            f"{path}: image {name!r}: no image can be called so; use lower-case letters "
            "and digits, parted by one of . _ -"
        )
    return Source(
        name=name,
        path=str(path),
        text=_text(path),
        context=tuple(_entries(os.fsencode(path.parent), "", _rules(path))),
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


def _entries(folder: bytes, above: str, lines: Sequence[Rule]) -> Iterator[Entry]:
    """What `.dockerignore` leaves; names are read as bytes, since str ones hang on the locale."""
    brings_back = any(rule.brings_back for rule in lines)
    with os.scandir(folder) as scanned:
        children = sorted(scanned, key=lambda child: child.name)
    for child in children:
        path = f"{above}{_name(child.name)}"
        out = ignored(path, lines)
        if child.is_symlink():
            if not out:
                target = os.readlink(child.path)  # noqa: PTH115  Path would normalise it
                yield Entry(path, "link", target=_name(target))
        elif child.is_dir():
            if not out:
                yield Entry(path, "folder")
            if not out or brings_back:
                yield from _entries(child.path, f"{path}/", lines)
        elif out:
            continue
        elif child.is_file():
            content = Path(os.fsdecode(child.path)).read_bytes()
            executable = bool(child.stat().st_mode & 0o100)
            yield Entry(path, "file", content=content, executable=executable)
        else:
            raise DockwrightError(
                f"{os.fsdecode(child.path)}: no file, folder or link; an engine can't be sent it: "
                "remove it, or name it in .dockerignore"
            )


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
            f"{path.with_name('VERSION')}:1: {version!r}: not a version; write one tag, such as "
            "2.7.0: letters, digits, _ . - and at most 128 of them"
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
