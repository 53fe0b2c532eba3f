"""The registry's image: the site's own where it has one, else the one in the package."""

from pathlib import Path

import pytest

from dockwright.chain.graph import order
from dockwright.chain.read import read
from dockwright.deploys.leaf_folders import leaf_sources, registry_images
from dockwright.registry import SHIPPED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "web/Dockerfile").write_text("FROM debian:bookworm\n")
    (tmp_path / "web/Procfile").write_text("web: docker run web\n")
    return tmp_path


def test_a_site_without_one_runs_the_one_that_ships(images: Path) -> None:
    assert registry_images(str(images)) == registry_images("/nowhere") == str(SHIPPED)
    found = leaf_sources(str(images))
    assert set(found) == {"web", "registry"}
    assert Path(found["registry"].path).parent == SHIPPED / "registry"


def test_that_of_the_site_wins(images: Path) -> None:
    (images / "registry").mkdir()
    (images / "registry/Dockerfile").write_text("FROM web\n")
    (images / "registry/Procfile").write_text("web: docker run registry\n")
    assert registry_images(str(images)) == str(images)
    assert Path(leaf_sources(str(images))["registry"].path).parent == images / "registry"


def test_the_one_that_ships_needs_no_other_image_than_the_base() -> None:
    [image] = order(read(SHIPPED), externals=["debian:trixie"], args={"BASE": "debian:trixie"})
    assert (image.name, image.leaf, image.external_parents) == (
        "registry", True, ("debian:trixie",),
    )  # fmt: skip


def test_it_is_the_demos_upon_another_base() -> None:
    shipped, demo = SHIPPED / "registry", ROOT / "images/registry"
    assert (shipped / "Procfile").read_text() == (demo / "Procfile").read_text()
    for script in ("apt-archives", "trust-site-ca"):
        assert (shipped / script).read_text() == (ROOT / "images/my-ubuntu" / script).read_text()
    texts = [(folder / "Dockerfile").read_text() for folder in (shipped, demo)]
    runs = {text[text.index("USER 5000:5000") :] for text in texts}
    assert len(runs) == 1
