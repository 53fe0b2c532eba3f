"""Images in files: what `docker save` and skopeo write, and what is none."""

import gzip
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockwright.engine.image_file import images_in, repack
from dockwright.errors import DockwrightError

AMD, ARM = "linux/amd64", "linux/arm64"
LAYERS = (b"one layer", b"another one")


def config(platform: str = AMD) -> bytes:
    os, _, architecture = platform.partition("/")
    diffs = [f"sha256:{sha256(layer).hexdigest()}" for layer in LAYERS]
    found = {"os": os, "architecture": architecture, "config": {"Cmd": ["x"]},
        "rootfs": {"type": "layers", "diff_ids": diffs}}  # fmt: skip
    return json.dumps(found).encode()


def tar(path: Path, members: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> Path:
    with tarfile.open(path, "w") as made:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
        for name, target in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            made.addfile(entry)
    return path


def of_docker(path: Path, *names: str, platform: str = AMD, more: Any = ()) -> Path:
    """As `docker save` of old: the second layer is a link to where its file is."""
    entry = {"Config": "c.json", "RepoTags": list(names) or None,
        "Layers": ["a/layer.tar", "b/layer.tar"]}  # fmt: skip
    manifest = json.dumps([entry, *more]).encode()
    members = {"manifest.json": manifest, "c.json": config(platform),
        "a/layer.tar": LAYERS[0], "z/layer.tar": LAYERS[1]}  # fmt: skip
    return tar(path, members, {"b/layer.tar": "../z/layer.tar"})


def of_oci(path: Path, name: str | None, *platforms: str, nested: bool = False) -> Path:
    blobs: dict[str, bytes] = {}

    def blob(content: bytes, kind: str, **more: Any) -> dict[str, Any]:
        digest = sha256(content).hexdigest()
        blobs[f"blobs/sha256/{digest}"] = content
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content), **more}

    def manifest(platform: str, **more: Any) -> dict[str, Any]:
        found = {"config": blob(config(platform), "c"), "layers": [blob(x, "l") for x in LAYERS]}
        kind = "application/vnd.oci.image.manifest.v1+json"
        return blob(json.dumps(found).encode(), kind, **more)

    named = {"annotations": {"org.opencontainers.image.ref.name": name}} if name else {}
    if nested:
        inner = json.dumps({"manifests": [manifest(platform) for platform in platforms]}).encode()
        top = [blob(inner, "application/vnd.oci.image.index.v1+json", **named)]
    else:
        top = [manifest(platform, **named) for platform in platforms]
    index = json.dumps({"schemaVersion": 2, "manifests": top}).encode()
    return tar(path, {"oci-layout": b"{}", "index.json": index, **blobs})


def taken(file: Path, image: str = "postgres:16", platform: str = AMD) -> dict[str, bytes]:
    out = io.BytesIO()
    repack(file, image, platform, "ours:1", out)
    out.seek(0)
    with tarfile.open(fileobj=out) as made:
        return {entry.name: made.extractfile(entry).read() for entry in made}  # type: ignore[union-attr]


def compressed(path: Path) -> Path:
    packed = path.with_suffix(".tar.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


def test_every_form_becomes_one_archive_of_docker_with_a_name_of_ours(tmp_path: Path) -> None:
    docker = of_docker(tmp_path / "docker", "postgres:16")
    for file in (
        docker,
        compressed(docker),
        of_docker(tmp_path / "whole", "docker.io/library/postgres:16", "postgres:latest"),
        of_docker(tmp_path / "nameless"),
        of_oci(tmp_path / "oci", "docker.io/library/postgres:16", AMD),
        of_oci(tmp_path / "tag", "16", AMD),
        of_oci(tmp_path / "oci-nameless", None, AMD),
        of_oci(tmp_path / "many", "postgres:16", ARM, AMD),
        of_oci(tmp_path / "nested", "postgres:16", ARM, AMD, nested=True),
    ):
        found = taken(file)
        manifest = json.loads(found.pop("manifest.json"))
        assert manifest == [
            {"Config": "config.json", "RepoTags": ["ours:1"], "Layers": ["0.tar", "1.tar"]}
        ], file
        assert found == {"config.json": config(), "0.tar": LAYERS[0], "1.tar": LAYERS[1]}, file


@pytest.mark.parametrize(
    ("make", "image", "words"),
    [
        (lambda p: of_docker(p, "mysql:8"), "postgres:16", "holds mysql:8, and not postgres:16"),
        (lambda p: of_docker(p, "postgres:16", platform=ARM), "postgres:16",
         "is for linux/arm64 in it, and the box is linux/amd64"),
        (lambda p: of_oci(p, "x", ARM, nested=True), "x", "for linux/arm64"),
        (lambda p: tar(p, {"a": b""}), "a", "neither manifest.json nor index.json"),
        (lambda p: tar(p, {"manifest.json": b"{"}), "a", "in its manifest"),
        (lambda p: tar(p, {"manifest.json": b"[1]"}), "a", "in its manifest"),
        (lambda p: tar(p, {"manifest.json": b'[{"Config": "c"}]'}), "a", "c is not in it"),
        (lambda p: p.write_text("no archive"), "a", "no whole archive; give what `docker save`"),
        (lambda p: p.mkdir(), "a", "Is a directory"),
        (lambda p: p, "a", "No such file"),
    ],
)  # fmt: skip
def test_what_is_no_such_image_is_one_line(
    tmp_path: Path, make: Any, image: str, words: str
) -> None:
    make(tmp_path / "file")
    with pytest.raises(DockwrightError) as told:
        taken(tmp_path / "file", image)
    assert str(told.value).startswith(f"{tmp_path}/file: ")
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_two_nameless_images_of_one_file_are_not_guessed_between(tmp_path: Path) -> None:
    other = {"Config": "d.json", "RepoTags": None, "Layers": []}
    file = of_docker(tmp_path / "file", more=[other])
    with tarfile.open(file, "a") as made:
        entry = tarfile.TarInfo("d.json")
        content = json.dumps({"os": "linux", "architecture": "amd64"}).encode()
        entry.size = len(content)
        made.addfile(entry, io.BytesIO(content))
    with pytest.raises(DockwrightError, match="2 images that could be postgres:16"):
        taken(file)


def test_a_manifest_that_was_changed_on_its_way_is_broken(tmp_path: Path) -> None:
    file = of_oci(tmp_path / "file", "postgres:16", AMD)
    file.write_bytes(file.read_bytes().replace(b'"Cmd": ["x"]', b'"Cmd": ["y"]'))
    with pytest.raises(DockwrightError, match="has another digest: it is broken"):
        taken(file)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_that_was_cut_or_struck_ends_in_our_error_or_in_an_image(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("struck")
    file = (
        of_oci(folder / "a", "postgres:16", AMD)
        if data.draw(st.booleans())
        else of_docker(folder / "a", "postgres:16")
    )
    content = bytearray(file.read_bytes())
    del content[data.draw(st.integers(0, len(content))) :]
    for at, byte in data.draw(st.dictionaries(st.integers(0, 9000), st.integers(0, 255))).items():
        if at < len(content):
            content[at] = byte
    file.write_bytes(content)
    try:
        images_in(file)
        taken(file)
    except DockwrightError as error:
        assert str(error).startswith(f"{file}: ")


@pytest.mark.skipif(shutil.which("skopeo") is None, reason="no skopeo on this machine")
@pytest.mark.parametrize("form", ["docker-archive", "oci-archive"])
def test_what_skopeo_writes_is_read(tmp_path: Path, form: str) -> None:
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as made:
        made.addfile(tarfile.TarInfo("file"))
    diff = f"sha256:{sha256(layer.getvalue()).hexdigest()}"
    described = {
        **{"os": "linux", "architecture": "amd64", "config": {}},
        **{"rootfs": {"type": "layers", "diff_ids": [diff]}, "history": [{"created_by": "x"}]},
    }
    entry = {"Config": "c.json", "RepoTags": ["postgres:16"], "Layers": ["l.tar"]}
    texts = {"manifest.json": json.dumps([entry]), "c.json": json.dumps(described)}
    members = {name: text.encode() for name, text in texts.items()}
    source = tar(tmp_path / "source", {**members, "l.tar": layer.getvalue()})
    target = f"{form}:{tmp_path}/written:postgres:16"
    done = subprocess.run(
        ["skopeo", "--insecure-policy", "copy", "--quiet", f"docker-archive:{source}", target],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = taken(tmp_path / "written")
    assert json.loads(found["config.json"])["rootfs"]["diff_ids"] == [diff]
    with tarfile.open(fileobj=io.BytesIO(found["0.tar"])) as read:
        assert read.getnames() == ["file"]
