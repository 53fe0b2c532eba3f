"""The room's one edge to the outside: Graphviz, and the file a picture is written to."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import graphviz

from dockwright.errors import DockwrightError
from dockwright.picture.dot import dot
from dockwright.picture.graph import Picture
from dockwright.picture.page import page

FORMATS = ("dot", "svg", "png", "html", "json")


def render(picture: Picture, form: str) -> bytes:
    """``picture`` in one of `FORMATS`; ``dot`` and ``json`` take no Graphviz.

    Raises:
        DockwrightError: Graphviz is not on this machine, or does not take it.

    Example:
        >>> render(Picture("chain", "LR", (), (), ()), "json").splitlines()[2]
        b'  "picture": "chain",'
    """
    if form == "dot":
        return dot(picture).encode()
    if form == "json":
        return json.dumps(picture.json(), indent=2).encode() + b"\n"
    drawn = _drawn(dot(picture), "svg" if form == "html" else form)
    return page(picture.title, drawn.decode()).encode() if form == "html" else drawn


def _drawn(source: str, form: str) -> bytes:
    try:
        return bytes(graphviz.Source(source).pipe(format=form, quiet=True))
    except graphviz.ExecutableNotFound as error:
        raise DockwrightError(
            f"--format {form}: no Graphviz on this machine; install the package graphviz, or use "
            "--format dot"
        ) from error
    except graphviz.CalledProcessError as error:
        raise DockwrightError(
            f"--format {form}: Graphviz ended with status {error.returncode}; look at what it was "
            "given with --format dot"
        ) from error


def format_for(path: Path | None, form: str | None) -> str:
    """``form``, else the one of ``path``'s suffix, else ``dot``.

    Raises:
        DockwrightError: a suffix of another format.

    Example:
        >>> format_for(Path("docs/chain.svg"), None)
        'svg'
    """
    if form is not None or path is None:
        return form or "dot"
    suffix = path.suffix.lower().removeprefix(".")
    if suffix in ("", "gv"):
        return "dot"
    if suffix not in FORMATS:
        raise DockwrightError(
            f"{path}: no picture format of that suffix; use .dot, .svg, .png, "
            ".html or .json, or give --format"
        )
    return suffix


def write(picture: bytes, path: Path | None) -> None:
    """Put ``picture`` into ``path``, whole or not at all; None for standard output.

    Raises:
        DockwrightError: the file cannot be written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write(b"digraph { a }", Path(folder, "a.dot"))
        ...     Path(folder, "a.dot").read_text()
        'digraph { a }'
    """
    if path is None:
        sys.stdout.buffer.write(picture)
        sys.stdout.buffer.flush()
        return
    try:
        # what a link leads to is written, and the link stays
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(picture)  # such as /dev/null: nothing may take its place
        else:
            _replace(target, picture)
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError before 3.13
        said = error.strerror if isinstance(error, OSError) else error
        raise DockwrightError(
            f"{path}: {said}; name a file in a folder that you may write to"
        ) from error


def check_writable(path: Path) -> None:
    """Refuse a file that `write` could not write, before long work that ends with it.

    Raises:
        DockwrightError: its folder is not there, or may not be written to.

    Example:
        >>> check_writable(Path("/no/such/folder/a.html"))
        Traceback (most recent call last):
        ...
        dockwright.errors.DockwrightError: /no/such/folder/a.html: No such file or directory; ...
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        if not os.access(target, os.W_OK) or target.is_dir():
            raise DockwrightError(f"{path}: not to be written; name a file in a folder of yours")
        return
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=target.parent)
    except OSError as error:
        raise DockwrightError(
            f"{path}: {error.strerror}; name a file in a folder that you may write to"
        ) from error
    os.close(number)
    Path(name).unlink()


def _replace(path: Path, picture: bytes) -> None:
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(picture)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)  # as any new file, where mkstemp's is ours alone
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
