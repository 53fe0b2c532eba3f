"""An image in what an engine saved, where it is there as its registry had it.

Containerd's image store saves manifests and packed layers byte by byte, under their digests: what
the registry is given then has the digest that it had. Any other engine saves layers unpacked, and
the manifest of the registry is not among it.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dockwright.errors import DockwrightError, shown
from dockwright.registry.kept.listing import Manifest

_LONGEST = 4 << 20  # bytes of a manifest: what registries take


class OciLayout:
    """The files of an archive by their digests; made by `opened`."""

    def __init__(self, tar: tarfile.TarFile, entries: Mapping[str, tarfile.TarInfo]) -> None:
        self._tar, self._entries = tar, entries

    def manifests(self, digest: str) -> tuple[Manifest, ...]:
        """The manifest ``digest``, behind those that it names; none where not all of it is there.

        Each is what its digest says. Of layers that is the registry's to see.
        """
        found: dict[str, Manifest] = {}
        return tuple(found.values()) if self._take(digest, found) else ()

    def blob(self, digest: str) -> tuple[IO[bytes], int]:
        """What ``digest`` names, to be read, and its bytes.

        Raises:
            KeyError: it is not there.
        """
        entry = self._entries[digest]
        content = self._tar.extractfile(entry)
        if content is None:
            raise KeyError(digest)
        return content, entry.size

    def _take(self, digest: str, found: dict[str, Manifest]) -> bool:
        if digest in found:
            return True
        entry = self._entries.get(digest)
        if entry is None or entry.size > _LONGEST:
            return False
        made = Manifest(digest, self.blob(digest)[0].read())
        if made.wrong is not None:
            return False
        sizes = {blob: one.size for blob in made.blobs if (one := self._entries.get(blob))}
        whole = sizes == dict(made.blobs) and all(self._take(one, found) for one in made.children)
        if whole:
            found[digest] = made
        return whole


@contextmanager
def opened(file: Path) -> Iterator[OciLayout]:
    """The archive ``file``, as `docker save` wrote it.

    Raises:
        DockwrightError: it is none, or ends too early.

    Example::

        with opened(Path("web.tar")) as layout:
            layout.manifests("sha256:…")
    """
    try:
        with tarfile.open(file, "r:") as tar:
            entries = {}
            for entry in tar:
                folder, _, name = entry.name.rpartition("/")
                if entry.isreg() and folder == "blobs/sha256":
                    entries[f"sha256:{name}"] = entry
            yield OciLayout(tar, entries)
    except (tarfile.TarError, EOFError) as error:
        raise DockwrightError(
            f"{file}: {shown(str(error))}: no whole archive of an image; save it anew"
        ) from error
    except OSError as error:
        raise DockwrightError(f"{file}: {error.strerror or error}; save it anew") from error
