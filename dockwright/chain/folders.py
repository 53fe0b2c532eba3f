"""Which files below a folder are Dockerfiles of images of the tree."""

from __future__ import annotations

import os
from dataclasses import dataclass
from os.path import isfile
from pathlib import Path

from dockwright.chain.ignore import Met, Rule, rules, step
from dockwright.errors import DockwrightError

_SUFFIX = ".Dockerfile"


@dataclass(frozen=True)
class _Folder:
    """A folder with Dockerfiles: the rules of each one's context, and what they met below it."""

    depth: int  # how many folders it is below the one that is searched
    contexts: tuple[tuple[tuple[Rule, ...], Met | None], ...]

    def below(self, parts: tuple[str, ...]) -> tuple[bool, _Folder]:
        """Whether all of its images leave out the folder ``parts``, and itself as seen there."""
        if not any(lines for lines, _ in self.contexts):
            return False, self
        path = "/".join(parts[self.depth :])
        seen = [(lines, step(path, met, lines)) for lines, met in self.contexts]
        contexts = tuple((lines, met) for lines, (_, met) in seen)
        return all(out for _, (out, _) in seen), _Folder(self.depth, contexts)

    @property
    def brings_back(self) -> bool:
        return any(rule.brings_back for lines, _ in self.contexts for rule in lines)


def image_files(folder: Path) -> tuple[list[Path], list[OSError]]:
    """The Dockerfiles in ``folder`` and below, and the folders of no image that can't be read.

    A folder that the images above it leave out of their context has none: what is vendored there
    is of others. A folder of an image that can't be read is told where its context is read.

    Example::

        image_files(Path("images"))  # ([PosixPath('images/web/Dockerfile')], [])
    """
    dockerfiles: list[Path] = []
    unread: list[OSError] = []
    waiting: list[tuple[str, tuple[str, ...], list[_Folder], bool]] = [(str(folder), (), [], False)]
    while waiting:
        # not by Path.rglob: a folder that can't be read would be passed over without a word
        at, parts, above, left_out = waiting.pop()
        try:
            with os.scandir(at) as scanned:
                children = list(scanned)
        except OSError as error:
            if not above:
                unread.append(error)
            continue
        if not left_out and (files := [Path(one.path) for one in children if _is_dockerfile(one)]):
            dockerfiles += files
            contexts = dict.fromkeys(map(_rules, files))
            above = [*above, _Folder(len(parts), tuple((lines, None) for lines in contexts))]
        for child in children:
            if child.is_dir(follow_symlinks=False):
                below = (*parts, child.name)
                seen = [one.below(below) for one in above]
                out = any(is_out for is_out, _ in seen)
                # what is left out may have something that is brought back
                if not out or any(one.brings_back for is_out, one in seen if is_out):
                    waiting.append((child.path, below, [one for _, one in seen], out))
    return sorted(dockerfiles), unread


def _is_dockerfile(child: os.DirEntry[str]) -> bool:
    named = child.name == "Dockerfile" or child.name.endswith(_SUFFIX)
    return named and child.is_file()


def ignore_file(dockerfile: Path) -> Path | None:
    """A Dockerfile's own ignore file, which goes before the folder's; None where there is none.

    Example:
        >>> ignore_file(Path("/nowhere/Dockerfile"))
    """
    for path in (f"{dockerfile}.dockerignore", str(dockerfile.parent / ".dockerignore")):
        if isfile(path):  # noqa: PTH113  a Path takes longer, and a tree may have very many
            return Path(path)
    return None


def _rules(dockerfile: Path) -> tuple[Rule, ...]:
    path = ignore_file(dockerfile)
    try:
        return () if path is None else rules(path.read_bytes().decode("utf-8"), str(path))
    except (OSError, UnicodeDecodeError, DockwrightError):
        return ()  # told where the image is read
