"""A file that an init reads: none shows its text, and units say what they are."""

from pathlib import Path

import pytest

from dockwright.boot.group import group
from dockwright.inits.file import File
from dockwright.inits.init import INITS

LEAF = group(
    "app",
    "release: docker run app a\nweb: docker run app\nclean: @daily docker run app c\n",
    "Procfile",
    env={"A": "s3cret"},
)


@pytest.mark.parametrize("init", INITS)
def test_no_file_shows_its_text(init: str) -> None:
    files = INITS[init].files(LEAF)
    assert "s3cret" in "".join(file.text for file in files)
    assert "s3cret" not in repr(files)


@pytest.mark.parametrize("init", INITS)
def test_what_runs_by_itself_is_told_apart_from_what_is_started(init: str) -> None:
    known = INITS[init]
    files = [file for file in known.files(LEAF) if file.unit is not None]
    for file in files:
        assert known.unit_of(file.path) == file.unit or Path(file.path).parent != Path(known.folder)
    tasks = {file.unit for file in files if file.is_task}
    assert not tasks & {known.unit(job.name) for job in LEAF.living}
    assert sum(file.is_timer for file in files) <= 1


def test_two_files_of_one_text_and_place_are_the_same_value() -> None:
    assert File("/a", "x", 0o644) == File("/a", "x", 0o644)
    assert File("/a", "x", 0o644) != File("/a", "x", 0o600)
