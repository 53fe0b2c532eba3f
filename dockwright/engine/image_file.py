"""An image in a file, as `docker save` or skopeo wrote it, made ready for an engine to load.

Read are docker's archives (`docker save`, ``docker-archive:``) and OCI's (``oci-archive:``, of
one platform or of many), compressed or not. What an engine is given is always the former, of one
image and under a name of ours: a file's own names could move tags of the box.
"""

from __future__ import annotations

import io
import json
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from dockwright.chain.external import familiar
from dockwright.errors import DockwrightError, shown

_LARGEST_JSON = 16 << 20  # bytes of a manifest or configuration
_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_HOW = "give what `docker save`, or skopeo with docker-archive: or oci-archive:, wrote"


@dataclass(frozen=True)
class ImageInFile:
    """One image of a file.

    ``names`` are those that the file has for it; ``config`` and ``layers`` are members of the
    archive; ``platform`` is such as ``linux/amd64``.
    """

    names: tuple[str, ...]
    config: str
    layers: tuple[str, ...]
    platform: str


def repack(file: Path, image: str, platform: str, tag: str, out: IO[bytes]) -> None:
    """Write ``image`` of ``file`` to ``out`` as docker's archive, under the name ``tag``.

    Args:
        file: the archive.
        image: the image that is meant, in any spelling; the file may also have one without a name.
        platform: the one that is wanted, such as ``linux/amd64``.
        tag: ``name:tag`` that the engine is to load it as.
        out: a file, open for writing.

    Raises:
        DockwrightError: no archive of an image, another image's or platform's, or a broken one.

    Example::

        repack(Path("pg.tar"), "postgres:16", "linux/amd64", "load:1", out)
    """
    with _opened(file) as tar:
        chosen = _chosen(file, _images(tar, file), image, platform)
        with tarfile.open(fileobj=out, mode="w") as made:
            config = _bytes(tar, chosen.config, file)
            layers = [f"{number}.tar" for number in range(len(chosen.layers))]
            manifest = [{"Config": "config.json", "RepoTags": [tag], "Layers": layers}]
            _add(made, "manifest.json", json.dumps(manifest).encode())
            _add(made, "config.json", config)
            for name, member in zip(layers, chosen.layers, strict=True):
                entry, content = _member(tar, member, file)
                info = tarfile.TarInfo(name)
                info.size = entry.size
                made.addfile(info, content)


def images_in(file: Path) -> tuple[ImageInFile, ...]:
    """The images of an archive.

    Raises:
        DockwrightError: no archive of an image, or a broken one.

    Example::

        images_in(Path("pg.tar"))[0].names  # ('postgres:16',)
    """
    with _opened(file) as tar:
        return tuple(_images(tar, file))


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, "r:*") as tar:
            yield tar
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise DockwrightError(f"{file}: {shown(str(error))}: no whole archive; {_HOW}") from error
    except OSError as error:
        raise DockwrightError(f"{file}: {error.strerror or error}; {_HOW}") from error


def _images(tar: tarfile.TarFile, file: Path) -> list[ImageInFile]:
    names = set(tar.getnames())
    try:
        if "manifest.json" in names:
            return [_of_docker(tar, entry, file) for entry in _json(tar, "manifest.json", file)]
        if "index.json" in names:
            return list(_of_oci(tar, _json(tar, "index.json", file), (), file))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DockwrightError(f"{file}: {shown(repr(error))} in its manifest; {_HOW}") from error
    raise DockwrightError(f"{file}: neither manifest.json nor index.json in it; {_HOW}")


def _of_docker(tar: tarfile.TarFile, entry: dict[str, Any], file: Path) -> ImageInFile:
    config = str(entry["Config"])
    named = tuple(str(name) for name in entry.get("RepoTags") or ())
    layers = tuple(str(layer) for layer in entry.get("Layers") or ())
    return ImageInFile(named, config, layers, _platform(_json(tar, config, file)))


def _of_oci(
    tar: tarfile.TarFile, index: dict[str, Any], above: tuple[str, ...], file: Path
) -> Iterator[ImageInFile]:
    for described in index["manifests"]:
        named = (described.get("annotations") or {}).get("org.opencontainers.image.ref.name")
        names = (str(named),) if named else above
        manifest = _json(tar, _blob(described), file)
        if described.get("mediaType") in _INDEXES or "manifests" in manifest:
            yield from _of_oci(tar, manifest, names, file)
        elif "config" in manifest and "layers" in manifest:
            config = _blob(manifest["config"])
            image_config = _json(tar, config, file)
            if "rootfs" in image_config:  # else an attestation or a signature
                layers = tuple(_blob(layer) for layer in manifest["layers"])
                yield ImageInFile(names, config, layers, _platform(image_config))


def _blob(described: dict[str, Any]) -> str:
    algorithm, _, digest = str(described["digest"]).partition(":")
    return f"blobs/{algorithm}/{digest}"


def _platform(config: dict[str, Any]) -> str:
    return f"{config.get('os') or 'linux'}/{config.get('architecture') or 'unknown'}"


def _chosen(file: Path, images: Sequence[ImageInFile], image: str, platform: str) -> ImageInFile:
    wanted = familiar(image)
    candidates = [one for one in images if not one.names or any(_is(n, wanted) for n in one.names)]
    if not candidates:
        held = ", ".join(dict.fromkeys(name for one in images for name in one.names)) or "no image"
        raise DockwrightError(
            f"{file}: holds {shown(held, 200)}, and not {wanted}; name one that it holds"
        )
    fitting = [one for one in candidates if one.platform == platform]
    if not fitting:
        platforms = ", ".join(dict.fromkeys(one.platform for one in candidates))
        raise DockwrightError(
            f"{file}: {wanted} is for {shown(platforms, 200)} in it, and the box is {platform}; "
            "give a file for that, or name another box with --box"
        )
    by_name = [one for one in fitting if one.names] or fitting
    if len({one.config for one in by_name}) > 1:
        raise DockwrightError(
            f"{file}: holds {len(by_name)} images that could be {wanted}; write one of them alone"
        )
    return by_name[0]


def _is(name: str, wanted: str) -> bool:
    """Whether a file's name for an image is ``wanted``; skopeo may have written the tag alone."""
    try:
        return familiar(name) == wanted or name == wanted.rpartition(":")[2]
    except DockwrightError:
        return False


def _member(tar: tarfile.TarFile, name: str, file: Path) -> tuple[tarfile.TarInfo, IO[bytes]]:
    try:
        entry = tar.getmember(name)
        content = tar.extractfile(entry)  # a link of old `docker save` is followed
    except KeyError:
        content = None
    if content is None:
        raise DockwrightError(f"{file}: {shown(name)} is not in it; {_HOW}")
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry, content


def _bytes(tar: tarfile.TarFile, name: str, file: Path) -> bytes:
    entry, content = _member(tar, name, file)
    if entry.size > _LARGEST_JSON:
        raise DockwrightError(f"{file}: {shown(name)}: {entry.size} bytes; {_HOW}")
    read = content.read()
    digest = name.removeprefix("blobs/sha256/")
    if digest != name and sha256(read).hexdigest() != digest:
        raise DockwrightError(f"{file}: {shown(name)}: has another digest: it is broken; {_HOW}")
    return read


def _json(tar: tarfile.TarFile, name: str, file: Path) -> Any:
    return json.loads(_bytes(tar, name, file))


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))
