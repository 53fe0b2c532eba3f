"""What is to be had byte by byte of what an engine saved, and what is not."""

import tarfile
from pathlib import Path

import pytest

from dockwright.engine.oci_layout import opened
from dockwright.errors import DockwrightError
from tests.unit.engine.saved_archive import Archive


def test_an_image_is_there_with_its_manifest_behind_what_it_names(tmp_path: Path) -> None:
    made = Archive()
    one, other = made.image(b"layer"), made.image(b"layer", b"another")
    index = made.index(one, other)
    with opened(made.write(tmp_path / "a.tar")) as layout:
        manifests = layout.manifests(index["digest"])
        assert [its.digest for its in manifests] == [
            one["digest"],
            other["digest"],
            index["digest"],
        ]
        assert [its.digest for its in layout.manifests(one["digest"])] == [one["digest"]]
        [layer] = [blob for blob in manifests[0].blobs if made.blobs[blob] == b"layer"]
        content, size = layout.blob(layer)
        assert (content.read(), size) == (b"layer", 5)
        # what it is called is not what it is
        assert layout.manifests(layer) == layout.manifests("sha256:" + "0" * 64) == ()


@pytest.mark.parametrize("strike", ["gone", "longer", "changed", "part"])
def test_what_is_not_all_there_is_not_had_so(tmp_path: Path, strike: str) -> None:
    made = Archive()
    one, other = made.image(b"layer"), made.image(b"more")
    index = made.index(one, other)
    layer = next(digest for digest, text in made.blobs.items() if text == b"layer")
    if strike == "gone":
        del made.blobs[layer]
    elif strike == "longer":
        made.blobs[layer] += b"x"
    elif strike == "changed":
        made.blobs[one["digest"]] = made.blobs[one["digest"]].replace(b"2", b"3")
    else:  # of another platform
        del made.blobs[one["digest"]]
    with opened(made.write(tmp_path / "a.tar")) as layout:
        assert layout.manifests(index["digest"]) == layout.manifests(one["digest"]) == ()
        assert len(layout.manifests(other["digest"])) == 1


def test_a_link_is_no_file_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as tar:
        entry = tarfile.TarInfo(f"blobs/sha256/{'0' * 64}")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    with opened(path) as layout, pytest.raises(KeyError):
        layout.blob("sha256:" + "0" * 64)


def test_what_is_no_archive_or_is_cut_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(b"no tar" * 999)
    with pytest.raises(DockwrightError, match="no whole archive"), opened(path):
        pass
    with pytest.raises(DockwrightError, match="No such file"), opened(tmp_path / "b.tar"):
        pass
    made = Archive()
    one = made.image(b"layer" * 9999)
    made.write(path)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(DockwrightError, match="no whole archive"), opened(path) as layout:
        layout.manifests(one["digest"])
