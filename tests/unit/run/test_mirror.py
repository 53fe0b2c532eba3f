"""Images of others for a site: what is wrong is told before a box is asked."""

from pathlib import Path

import pytest

from dockwright.errors import DockwrightError
from dockwright.run.mirror import mirror


def test_of_a_file_one_image_is_taken(tmp_path: Path) -> None:
    with pytest.raises(DockwrightError, match=r"x\.tar: 2 images to be taken from it; name one"):
        mirror(["postgres:16", "redis"], tmp_path / "x.tar", inventory="nowhere.py")


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("no archive")
    for path in (tmp_path / "x.tar", tmp_path / "gone.tar"):
        with pytest.raises(DockwrightError, match=path.name):
            mirror(["postgres:16"], path, inventory="nowhere.py")


@pytest.mark.parametrize("image", ["", "Postgres", f"postgres@sha256:{'0' * 64}"])
def test_a_name_that_no_registry_can_have_is_told(image: str) -> None:
    with pytest.raises(DockwrightError, match=r"image|digest"):
        mirror([image], inventory="nowhere.py")


def test_then_the_site_s_inventory_is_looked_for() -> None:
    with pytest.raises(DockwrightError, match=r"^inventory nowhere\.py: no such file"):
        mirror(["postgres:16"], inventory="nowhere.py")
