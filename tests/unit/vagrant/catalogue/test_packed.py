"""What is in a file that is published: by sha256sum's word, and of whatever else it may be."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.vagrant.catalogue.packed import packed_box


def _box(path: Path, files: dict[str, str], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return path


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_its_provider_size_and_checksum(tmp_path: Path, mode: str) -> None:
    files = {"./box.img": "x" * 3000, "./metadata.json": '{"provider": "libvirt"}'}
    made = packed_box(_box(tmp_path / "a.box", files, mode))
    said = subprocess.run(["sha256sum", made.path], capture_output=True, text=True, check=True)
    assert (made.provider, made.size) == ("libvirt", made.path.stat().st_size)
    assert made.sha256 == said.stdout.split()[0]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"box.img": "x"}, r"no metadata\.json in it"),
        ({"metadata.json": "{"}, "no box of Vagrant's"),
        ({"metadata.json": "[]"}, "names no provider"),
        ({"metadata.json": '{"provider": "../x"}'}, "names no provider"),
        ({"metadata.json": '{"provider": 1}'}, "names no provider"),
    ],
)
def test_what_is_no_box_is_refused(tmp_path: Path, files: dict[str, str], why: str) -> None:
    with pytest.raises(DockwrightError, match=why) as caught:
        packed_box(_box(tmp_path / "a.box", files))
    assert "\n" not in str(caught.value)


def test_what_is_no_tar_or_half_of_one_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello\n" * 500)
    whole = _box(tmp_path / "a.box", {"box.img": "x" * 10_000, "metadata.json": "{}"}, "w:gz")
    (tmp_path / "half").write_bytes(whole.read_bytes()[:60])
    (tmp_path / "empty").touch()
    for name in ("text", "half", "empty"):
        with pytest.raises(DockwrightError, match="no box of Vagrant's"):
            packed_box(tmp_path / name)
    with pytest.raises(DockwrightError, match="no such file"):
        packed_box(tmp_path / "none")
