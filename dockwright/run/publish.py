"""A packaged box into the site's catalogue, over the connection to the box that serves it.

Who calls it: `dockwright vagrant publish`.
"""

from __future__ import annotations

import base64
import hashlib
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyinfra.api.host import Host
from pyinfra.api.inventory import Inventory

from dockwright.box.answer import Question
from dockwright.box.ask import ask
from dockwright.box.connection import broke
from dockwright.box.privilege import as_root
from dockwright.box.process import run
from dockwright.box.program import LOST
from dockwright.errors import DockwrightError, shown
from dockwright.places import CATALOGUE_DATA as ROOT
from dockwright.run.inventory import connected, find, load, present
from dockwright.scripts import text
from dockwright.site.settings import settings
from dockwright.terminal import echo
from dockwright.vagrant.catalogue.metadata import (
    FILE,
    MOST,
    Published,
    merged,
    published,
    read,
    written,
)
from dockwright.vagrant.catalogue.names import check_name, check_version
from dockwright.vagrant.catalogue.packed import PackedBox, packed_box

_LOOK = text("catalogue/look").replace("@MOST@", str(MOST + 1))
_PUBLISH = text("catalogue/publish")
_PIECE = 1 << 18
_TELL = 5.0  # seconds
_TRIES = 5  # where others publish the same box meanwhile
_AGAIN = "the catalogue is as it was; publish it again"
_ENDS = {
    "absent": f"no {ROOT}; run the site's deploy, which makes it",
    "busy": "somebody else publishes there; wait until that ends",
    "full": f"no room in {ROOT}; {_AGAIN} once there is",
    "broken": f"the upload was broken off; {_AGAIN}",
    "changed-on-its-way": f"what arrived is not what was sent; {_AGAIN}",
}


@dataclass(frozen=True)
class _Has:
    """What the box has: bytes of ``free`` room, the ``size`` of the file, and its metadata."""

    free: int
    size: int | None
    metadata: bytes


def publish(
    path: Path,
    name: str,
    version: str,
    *,
    inventory: str | None = None,
    box: str | None = None,
    force: bool = False,
    say: Callable[[str], None] = echo,
) -> str:
    """Have the site's catalogue serve the box in ``path``; the URL that Vagrant is given.

    Args:
        path: the packaged box.
        name: what it is called there, ``OWNER/BOX``.
        version: which one it is.
        inventory: as for `dockwright.run.inventory.load`.
        box: the box that serves; None for the one whose data has ``dockwright_catalogue``.
        force: whether other bytes that the version has for its provider are replaced.
        say: told what happens.

    Raises:
        DockwrightError: no such name, version, file or box of the site; the version has other
            bytes; there is no room; or the connection broke: the catalogue is as it was then.

    Example::

        publish(Path("docker.box"), "site/docker", "1.2.0")
        # 'https://registry.vagrant:8443/site/docker/metadata.json'
    """
    check_name(name)
    check_version(version)
    packed = packed_box(path)
    new = Published(version, packed.provider, packed.sha256)
    with load(inventory) as loaded:
        host, base = _keeper(loaded, box)
        with connected(host):
            for _ in range(_TRIES):
                if _published(host, base, name, new, packed, force, say):
                    break
            else:
                raise DockwrightError(
                    f"box {host.name}: {name}: others publish it again and again; {_AGAIN}"
                )
    return f"{base}/{name}/{FILE}"


def _keeper(loaded: Inventory, box: str | None) -> tuple[Host, str]:
    """The box that serves, and the URL that it is to be called by."""
    hosts = [find(loaded, box)] if box else present(loaded)
    urls = {host: settings(host.data.dict(), host.name).catalogue for host in hosts}  # type: ignore[no-untyped-call]
    having = {host: url for host, url in urls.items() if url is not None}
    if not having:
        who = f"box {box}" if box else "inventory"
        raise DockwrightError(
            f"{who}: no dockwright_catalogue; give the box that serves the catalogue its URL, such "
            "as https://registry.vagrant:8443"
        )
    if len(having) > 1:
        names = ", ".join(str(host.name) for host in having)
        raise DockwrightError(f"catalogue: on boxes {names}; name one of them with --box")
    [(host, url)] = having.items()
    return host, url.rstrip("/")


def _published(
    host: Host,
    base: str,
    name: str,
    new: Published,
    packed: PackedBox,
    force: bool,
    say: Callable[[str], None],
) -> bool:
    """Whether it is there; False where somebody else changed the metadata meanwhile."""
    has = _look(host, name, new)
    where = f"box {host.name}: {ROOT}/{name}/{FILE}"
    if len(has.metadata) > MOST:
        raise DockwrightError(f"{where}: more than {MOST >> 10} KiB; move old versions away")
    former = read(has.metadata.decode("utf-8", "surrogateescape"), name, where)
    what = f"{name} {new.version} for {new.provider}"
    known = published(former, new.version, new.provider)
    is_there = has.size == packed.size
    if known is not None and known.get("checksum") != new.sha256 and not force:
        raise DockwrightError(
            f"{what}: the catalogue has other bytes of it (sha256 "
            f"{shown(str(known.get('checksum')), 12)}); give another --version, or replace it "
            "for those who have not fetched it (--force)"
        )
    made = merged(former, new, base)
    if made == former and is_there:
        say(f"{what}: there already")
        return True
    size = 0 if is_there else packed.size
    if size > has.free:
        raise DockwrightError(
            f"box {host.name}: {ROOT}: {has.free / 1e6:.0f} MB free, and the box takes "
            f"{size / 1e6:.0f}; make room there"
        )
    metadata = written(made).encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(has.metadata).hexdigest() if has.metadata else "none"
    arguments = (ROOT, name, new.path, str(size), new.sha256, str(len(metadata)), digest)
    script = f"set -- {shlex.join(arguments)}\n{_PUBLISH}"
    said: list[str] = []
    status = run(host, script, _pieces(metadata, packed, size, say), said.append)
    if status == LOST:
        raise DockwrightError(broke(host, what=what, way=_AGAIN))
    end = next((line.strip() for line in reversed(said) if line.strip()), "")
    if end == "other":
        return False
    if end != "published" or status != 0:
        why = _ENDS.get(end) or f"{shown(end, 200) or f'status {status}'}; {_AGAIN}"
        if any("No space left" in line for line in said):
            why = _ENDS["full"]
        raise DockwrightError(f"box {host.name}: {what}: {why}")
    say(f"{what}: published, sha256 {new.sha256}")
    return True


def _look(host: Host, name: str, new: Published) -> _Has:
    script = f"set -- {shlex.join((ROOT, name, new.path))}\n{_LOOK}"
    answer = ask(host, Question(script, "its catalogue"), as_root(host))
    values = dict(line.split(" ", 1) for line in answer.lines() if " " in line)
    try:
        metadata = base64.b64decode(values.get("metadata", ""), validate=True)
        size = int(values["size"]) if "size" in values else None
        return _Has(int(values["free"]), size, metadata)
    except (KeyError, ValueError) as error:
        raise DockwrightError(
            f"box {host.name}: no {ROOT}: it serves no catalogue yet; have leaf catalogue there, "
            "and run the site's deploy"
        ) from error


def _pieces(
    metadata: bytes, packed: PackedBox, size: int, say: Callable[[str], None]
) -> Iterator[bytes]:
    yield metadata
    if not size:
        return
    say(f"{packed.path}: {size / 1e6:.0f} MB on their way")
    told, sent = time.monotonic(), 0
    with packed.path.open("rb") as file:
        while sent < size:
            piece = file.read(min(_PIECE, size - sent))
            if not piece:
                raise DockwrightError(f"{packed.path}: got shorter while it was sent; {_AGAIN}")
            yield piece
            sent += len(piece)
            if time.monotonic() - told > _TELL:
                told = time.monotonic()
                say(f"{packed.path}: {100 * sent // size} % sent")
