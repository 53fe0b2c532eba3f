"""A chain as an operation is given it: a folder, or one that was declared."""

from pathlib import Path

import pytest

from dockwright.chain.declared import declared
from dockwright.errors import DockwrightError
from dockwright.operations.image.tree import on_this_box


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "web/Dockerfile").write_text("ARG BASE=debian:bookworm\nFROM ${BASE}\n")
    return tmp_path


def test_a_folder_is_read_with_what_the_operation_is_given(folder: Path) -> None:
    made = on_this_box(str(folder), args={"BASE": "debian:trixie"}, externals=["debian:trixie"])
    assert made.images[0].external_parents == ("debian:trixie",)


def test_one_that_was_declared_is_taken_as_it_is_and_with_nothing_besides(folder: Path) -> None:
    chain = declared(folder)
    assert on_this_box(chain) is chain
    for more in ({"args": {"A": "1"}}, {"platform": "linux/arm64"}):
        with pytest.raises(DockwrightError, match="declared, and given args or platform besides; "):
            on_this_box(chain, **more)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DockwrightError, match="nowhere: no such folder"):
        on_this_box(str(tmp_path / "nowhere"))
