"""A registry's folder as the fact reads it; the listings are in tests/unit/registry/kept/."""

import subprocess
from pathlib import Path

import pytest

from dockwright.box.fact import SHAPE
from dockwright.facts.kept import RegistryKept
from dockwright.places import DATA
from dockwright.registry.kept.listing import Listing, Tag
from tests.unit.registry.kept.pushed import NOW, Pushed


def read(folder: Path) -> Listing:
    script = RegistryKept().script().replace(DATA, str(folder))
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return RegistryKept().read(done.stdout.splitlines())


def test_there_may_be_no_folder_and_an_empty_one(tmp_path: Path) -> None:
    assert read(tmp_path / "none").disk == 0
    empty = read(tmp_path)
    assert empty.disk > empty.free > 0
    assert (empty.blobs, empty.tags) == ({}, {})
    (tmp_path / "docker/registry/v2/repositories").mkdir(parents=True)
    assert read(tmp_path).revisions == {}


def test_names_with_folders_and_all_sorts_of_tags_are_read(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    tags = ("latest", "1.0_a-b", "_x", "A" * 128)
    digests = {tag: made.push("a/b-c/d__e", tag, [number]) for number, tag in enumerate(tags)}
    kept = read(tmp_path)
    assert kept.tags == {"a/b-c/d__e": {tag: Tag(digests[tag], NOW) for tag in tags}}
    assert kept.manifests.keys() == set(digests.values())
    assert kept.links is None  # nobody asked


def test_what_others_put_there_is_left_alone(tmp_path: Path) -> None:
    made = Pushed(tmp_path)
    made.push("web", "latest")
    for path in (
        "repositories/web/_manifests/tags/a b/current",
        "repositories/ü/_manifests/tags/x/current",
    ):
        (made.root / path).mkdir(parents=True)
        (made.root / path / "link").write_text(f"sha256:{'0' * 64}")
    (made.root / "blobs/sha256/00/short").mkdir(parents=True)
    (made.root / "blobs/sha256/00/short/data").write_text("x")
    kept = read(tmp_path)
    assert [*kept.tags] == ["web"]
    assert len(kept.blobs) == 3


@pytest.mark.parametrize("line", ["what 1", "texts !", "blob x", "texts H4sIAAAA", "now", "disk 1"])
def test_what_is_no_answer_is_refused(line: str) -> None:
    with pytest.raises(SHAPE):
        RegistryKept().read([line])
