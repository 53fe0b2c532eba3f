"""What runs on the box as something is published: whole or not at all, whoever else is at it."""

import fcntl
import hashlib
import subprocess
from pathlib import Path

import pytest

from dockwright.scripts import text

NAME = "site/docker"
NEW, OTHER = b"new bytes", b"other bytes"


def _publish(
    root: Path, box: bytes, metadata: bytes, former: str, sent: bytes | None = None, **other: str
) -> str:
    digest = other.get("digest") or hashlib.sha256(box).hexdigest()
    path = f"1.0/libvirt-{hashlib.sha256(box).hexdigest()[:12]}.box"
    arguments = [str(root), NAME, path, str(len(box)), digest, str(len(metadata)), former]
    done = subprocess.run(
        ["sh", "-c", text("catalogue/publish"), "sh", *arguments],
        input=metadata + box if sent is None else sent, capture_output=True, check=False,
        timeout=60,
    )  # fmt: skip
    return (done.stdout + done.stderr).decode().strip()


def _metadata(box: bytes) -> bytes:
    digest = hashlib.sha256(box).hexdigest()
    return f'{{"url": "https://x/{NAME}/1.0/libvirt-{digest[:12]}.box"}}\n'.encode()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalogue that has one version."""
    (tmp_path / ".upload.box").write_bytes(b"of one that was killed")
    assert _publish(tmp_path, OTHER, _metadata(OTHER), "none") == "published"
    return tmp_path


def test_what_takes_the_place_of_another_leaves_nothing_of_it(root: Path) -> None:
    assert set(_files(root).values()) == {OTHER, _metadata(OTHER)}
    assert _publish(root, NEW, _metadata(NEW), _digest(_metadata(OTHER))) == "published"
    assert set(_files(root).values()) == {NEW, _metadata(NEW)}
    modes = {path.stat().st_mode & 0o777 for path in (root / NAME).rglob("*") if path.is_file()}
    assert modes == {0o644}


@pytest.mark.parametrize("length", [0, 10, len(_metadata(NEW)), len(_metadata(NEW)) + 3])
def test_an_upload_that_is_broken_off_leaves_what_was(root: Path, length: int) -> None:
    before = _files(root)
    sent = (_metadata(NEW) + NEW)[:length]
    assert _publish(root, NEW, _metadata(NEW), _digest(_metadata(OTHER)), sent) == "broken"
    assert _files(root) == before


def test_bytes_that_changed_on_their_way_are_not_taken(root: Path) -> None:
    before = _files(root)
    said = _publish(root, NEW, _metadata(NEW), _digest(_metadata(OTHER)), digest="0" * 64)
    assert said == "changed-on-its-way"
    assert _files(root) == before


def test_metadata_that_somebody_else_changed_meanwhile_stays(root: Path) -> None:
    assert _publish(root, NEW, _metadata(NEW), "none") == "other"
    assert (root / NAME / "metadata.json").read_bytes() == _metadata(OTHER)


def test_two_do_not_publish_at_the_same_time(root: Path) -> None:
    before = _files(root)
    with (root / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert _publish(root, NEW, _metadata(NEW), _digest(_metadata(OTHER))) == "busy"
    assert _files(root) == before


def test_where_there_is_no_catalogue_there_is_none_made(tmp_path: Path) -> None:
    assert _publish(tmp_path / "none", NEW, _metadata(NEW), "none") == "absent"
    assert list(tmp_path.iterdir()) == []


def test_a_look_says_the_room_the_file_and_the_metadata(root: Path) -> None:
    script = text("catalogue/look").replace("@MOST@", "1000")
    path = f"1.0/libvirt-{_digest(OTHER)[:12]}.box"
    done = subprocess.run(["sh", "-c", script, "sh", root, NAME, path], capture_output=True,
                          text=True, check=True)  # fmt: skip
    free, size, metadata = done.stdout.splitlines()
    assert free.split()[0] == "free" and int(free.split()[1]) > 0
    assert size == f"size {len(OTHER)}"
    decoded = subprocess.run(["base64", "-d"], input=metadata.split()[1].encode(),
                             capture_output=True, check=True)  # fmt: skip
    assert decoded.stdout == _metadata(OTHER)
    done = subprocess.run(["sh", "-c", script, "sh", root, "a/b", path], capture_output=True,
                          text=True, check=True)  # fmt: skip
    assert done.stdout.splitlines()[1:] == []
