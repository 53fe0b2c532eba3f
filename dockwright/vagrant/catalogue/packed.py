"""A packaged box as a file: its size, its checksum, and the provider that it is for."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path

from dockwright.errors import DockwrightError, shown

_METADATA = "metadata.json"
_MOST = 1 << 16  # bytes of it
_PROVIDER = re.compile(r"[a-z][a-z0-9_-]{0,31}")


@dataclass(frozen=True)
class PackedBox:
    """A file that Vagrant takes for a box: ``size`` in bytes, ``sha256`` in hex."""

    path: Path
    provider: str
    size: int
    sha256: str


def packed_box(path: Path) -> PackedBox:
    """The box in the file ``path``, which is read through.

    Raises:
        DockwrightError: no such file, or no box.

    Example::

        packed_box(Path("trixie-libvirt.box")).provider  # 'libvirt'
    """
    if not path.is_file():
        raise DockwrightError(f"{path}: no such file; name a packaged box")
    try:
        provider = _provider(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise DockwrightError(
            f"{path}: no box of Vagrant's ({shown(str(error), 120)}); name a file that "
            "`vagrant package` or `dockwright vagrant stock` made"
        ) from error
    return PackedBox(path, provider, size, digest)


def _provider(path: Path) -> str:
    with tarfile.open(path, "r|*") as tar:
        for entry in tar:
            if entry.name.removeprefix("./") != _METADATA or not entry.isfile():
                continue
            file = tar.extractfile(entry)
            text = b"" if file is None else file.read(_MOST)
            raw = json.loads(text)
            provider = raw.get("provider") if isinstance(raw, dict) else None
            if not isinstance(provider, str) or not _PROVIDER.fullmatch(provider):
                raise ValueError(f"{_METADATA}: names no provider")
            return provider
    raise ValueError(f"no {_METADATA} in it")
