"""What a registry of the site keeps, by the files on its box."""

from __future__ import annotations

import base64
import gzip
import io
import re
import tarfile
import zlib
from collections.abc import Iterable

from dockwright.box.fact import Fact
from dockwright.places import DATA
from dockwright.registry.kept.listing import BegunUpload, Blob, Listing, Manifest, Tag
from dockwright.scripts import text

_MOST = 256 << 20  # bytes of all manifests
_NAME = "(?P<name>[a-z0-9][a-z0-9._/-]*)"
_HEX = "(?P<hex>[0-9a-f]{64})"
_TAG = re.compile(
    rf"(?:\./)?{_NAME}/_manifests/tags/(?P<tag>[A-Za-z0-9_][\w.-]*)/(current/link|index)"
)
_REVISION = re.compile(rf"{_NAME}/_manifests/revisions/sha256/{_HEX}/link")
_LINK = re.compile(rf"{_NAME}/_layers/sha256/{_HEX}/link")
_UPLOAD = re.compile(rf"{_NAME}/_uploads/(?P<id>[A-Za-z0-9-]+)/.*")
_BLOB = re.compile(rf"sha256/../{_HEX}/data")


class RegistryKept(Fact[Listing]):
    """All that the registry of the box keeps; with ``links``, which blobs each repository has.

    Example::

        host.get_fact(RegistryKept).revisions  # {'zenweb': {'sha256:…': 1796023200.5}}
    """

    about = "what its registry keeps"

    def script(self, links: bool = False) -> str:
        script = text("registry/kept").replace("@DATA@", DATA)
        return script.replace("@LINKS@", "yes" if links else "no")

    @staticmethod
    def default() -> Listing:
        return Listing()

    def read(self, said: Iterable[str]) -> Listing:
        made = _Reading()
        for line in said:
            key, _, rest = line.partition(" ")
            getattr(made, f"read_{key}")(rest)
        return made.kept()


class _Reading:
    """The lines of the script, each by its first word; what is no registry's is left alone."""

    def __init__(self) -> None:
        self.now, self.free, self.disk = 0.0, 0, 0
        self.times: dict[tuple[str, str], float] = {}
        self.named: dict[tuple[str, str], str] = {}
        self.revisions: dict[str, dict[str, float]] = {}
        self.links: dict[str, set[str]] | None = None  # they are not listed
        self.uploads: dict[tuple[str, str], BegunUpload] = {}
        self.blobs: dict[str, Blob] = {}
        self.manifests: dict[str, Manifest] = {}

    def read_now(self, rest: str) -> None:
        self.now = float(rest)

    def read_disk(self, rest: str) -> None:
        self.free, self.disk = map(int, rest.split())

    def read_tag(self, rest: str) -> None:
        time, path = rest.split(" ", 1)
        if (of := _TAG.fullmatch(path)) is not None:
            key = of["name"], of["tag"]
            self.times[key] = max(self.times.get(key, 0.0), float(time))

    def read_names(self, rest: str) -> None:
        path, _, digest = rest.partition(":")
        if (of := _TAG.fullmatch(path)) is not None:
            self.named[of["name"], of["tag"]] = digest

    def read_revision(self, rest: str) -> None:
        time, path = rest.split(" ", 1)
        if (of := _REVISION.fullmatch(path)) is not None:
            self.revisions.setdefault(of["name"], {})[f"sha256:{of['hex']}"] = float(time)

    def read_links(self, _: str) -> None:
        self.links = {}

    def read_link(self, rest: str) -> None:
        if self.links is not None and (of := _LINK.fullmatch(rest)) is not None:
            self.links.setdefault(of["name"], set()).add(f"sha256:{of['hex']}")

    def read_upload(self, rest: str) -> None:
        time, size, path = rest.split(" ", 2)
        if (of := _UPLOAD.fullmatch(path)) is not None:
            key = of["name"], of["id"]
            so_far = self.uploads.get(key, BegunUpload(*key, 0, 0.0))
            newest = max(so_far.time, float(time))
            self.uploads[key] = BegunUpload(*key, so_far.size + int(size), newest)

    def read_blob(self, rest: str) -> None:
        time, size, path = rest.split(" ", 2)
        if (of := _BLOB.fullmatch(path)) is not None:
            self.blobs[f"sha256:{of['hex']}"] = Blob(int(size), float(time))

    def read_texts(self, rest: str) -> None:
        try:
            self._unpack(rest)
        except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
            raise ValueError(f"no archive of manifests: {error}") from error

    def _unpack(self, rest: str) -> None:
        with gzip.GzipFile(fileobj=io.BytesIO(base64.b64decode(rest, validate=True))) as packed:
            whole = packed.read(_MOST + 1)
        if len(whole) > _MOST:
            raise ValueError(f"more than {_MOST >> 20} MiB of manifests")
        with tarfile.open(fileobj=io.BytesIO(whole), mode="r:") as tar:
            for entry in tar:
                of, file = _BLOB.fullmatch(entry.name), tar.extractfile(entry)
                if of is not None and file is not None:
                    digest = f"sha256:{of['hex']}"
                    self.manifests[digest] = Manifest(digest, file.read())

    def kept(self) -> Listing:
        tags: dict[str, dict[str, Tag]] = {}
        for (name, tag), time in self.times.items():
            tags.setdefault(name, {})[tag] = Tag(self.named.get((name, tag)), time)
        return Listing(
            now=self.now,
            blobs=self.blobs,
            manifests=self.manifests,
            revisions=self.revisions,
            tags=tags,
            uploads=tuple(self.uploads.values()),
            links=None if self.links is None else {n: frozenset(s) for n, s in self.links.items()},
            free=self.free,
            disk=self.disk,
        )
