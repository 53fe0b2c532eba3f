"""What an engine saves of an image, as a file of this machine that goes once it was used."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pyinfra.api.host import Host

from dockwright.engine.client import client, talking, worker
from dockwright.errors import BoxError, DockwrightError
from dockwright.status.cells import size as shown_size

_PIECE = 1 << 20
EVERY = 5.0  # seconds between two words on how far it is
_SLACK = 256 << 20  # bytes that an archive may have besides its files: of small ones, a lot


def size_on(host: Host, image: str) -> int:
    """The bytes that the engine of ``host`` says the image ``image`` takes.

    Raises:
        BoxError: it has no such image, or does not answer.

    Example::

        size_on(host, "sha256:…")  # 125829120
    """
    with talking(host):
        return int(client(host).inspect_image(image)["Size"])  # type: ignore[no-untyped-call]


def check_room(sizes: Sequence[int], folder: Path | None = None) -> str:
    """What passing images of ``sizes`` through this machine takes, in words.

    One is there at a time, and once more while it is given to another engine.

    Raises:
        DockwrightError: the temporary folder has not so much room.

    Example:
        >>> check_room([])
        'nothing passes through this machine'
    """
    if not sizes:
        return "nothing passes through this machine"
    folder = folder or Path(tempfile.gettempdir())
    needed, free = 2 * max(sizes) + _SLACK, shutil.disk_usage(folder).free
    if free < needed:
        raise DockwrightError(
            f"{folder}: {shown_size(free)} are free, and the largest image that passes through it "
            f"takes up to {shown_size(needed)}; free some, or name another folder in TMPDIR"
        )
    return (
        f"{shown_size(sum(sizes))} pass through {folder} of this machine, one image after the "
        f"other: up to {shown_size(needed)} at a time, of {shown_size(free)} that are free"
    )


@contextmanager
def saved(host: Host, image: str, say: Callable[[str], None]) -> Iterator[Path]:
    """A file with what the engine of ``host`` saves of ``image``; it goes behind the block.

    Args:
        host: the box, connected.
        image: its ID there.
        say: told how far it is, every few seconds.

    Raises:
        BoxError: the engine does not give it, or more than the image can have.
        DockwrightError: this machine has no room for it.

    Example::

        with saved(host, "sha256:…", print) as file:
            file.stat().st_size
    """
    most = 4 * size_on(host, image) + _SLACK
    with tempfile.TemporaryDirectory(prefix="dockwright-") as folder:
        file = Path(folder) / "image.tar"
        try:
            with talking(host):
                pieces = worker(host).get_image(image, _PIECE)
                _write(pieces, file, most, str(host.name), say)
        except DockwrightError as error:
            if (free := shutil.disk_usage(folder).free) > _PIECE:
                raise
            raise DockwrightError(
                f"{folder}: {shown_size(free)} are free, and an image of box {host.name} did not "
                "fit; free some, or name another folder in TMPDIR"
            ) from error
        yield file


def _write(
    pieces: Iterator[bytes], file: Path, most: int, box: str, say: Callable[[str], None]
) -> None:
    written, last = 0, time.monotonic()
    with file.open("wb") as out:
        for piece in pieces:
            written += len(piece)
            if written > most:
                raise BoxError(
                    f"box {box}: its engine gives more than {shown_size(most)} of one image; see "
                    "what it is with `docker image inspect`"
                )
            out.write(piece)
            if time.monotonic() - last >= EVERY:
                last = time.monotonic()
                say(f"{shown_size(written)} from box {box}")
