"""Leaves, the image each of them runs, and the registry's: the site's own, else the package's."""

from pathlib import Path

import pytest

from dockwright.chain.graph import order
from dockwright.chain.read import read
from dockwright.chain.source import Source
from dockwright.deploys.leaf_folders import (
    LeafFolders,
    LeafImage,
    leaf_folders,
    leaf_image,
    registry_images,
)
from dockwright.errors import DockwrightError, SiteError
from dockwright.registry import SHIPPED
from dockwright.site.leaf_run import Run

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "web/Dockerfile").write_text("FROM debian:bookworm\n")
    (tmp_path / "web/Procfile").write_text("web: docker run web\n")
    return tmp_path


def test_a_site_without_one_runs_the_one_that_ships(images: Path) -> None:
    assert registry_images(str(images)) == registry_images("/nowhere") == str(SHIPPED)
    found = leaf_folders(str(images)).leaves
    assert set(found) == {"web", "registry"}
    assert Path(found["registry"].path).parent == SHIPPED / "registry"


def test_that_of_the_site_wins(images: Path) -> None:
    (images / "registry").mkdir()
    (images / "registry/Dockerfile").write_text(
        'FROM web\nCOPY registry-collect /\nCMD ["registry-server"]\n'
    )
    (images / "registry/Procfile").write_text("web: docker run registry\n")
    assert registry_images(str(images)) == str(images)
    assert Path(leaf_folders(str(images)).leaves["registry"].path).parent == images / "registry"


def test_one_of_former_versions_which_knows_one_login_is_refused(images: Path) -> None:
    (images / "registry").mkdir()
    (images / "registry/Dockerfile").write_text('FROM web\nCMD ["docker-registry", "serve"]\n')
    with pytest.raises(SiteError, match="registry/Dockerfile: starts no registry-server"):
        registry_images(str(images))
    (images / "registry/Dockerfile").write_text('FROM web\nCMD ["registry-server"]\n')
    with pytest.raises(SiteError, match="registry/Dockerfile: starts no registry-collect"):
        registry_images(str(images))


def test_the_one_that_ships_needs_no_other_image_than_the_base() -> None:
    [image] = order(read(SHIPPED), externals=["debian:trixie"], args={"BASE": "debian:trixie"})
    assert (image.name, image.leaf, image.external_parents) == (
        "registry", True, ("debian:trixie",),
    )  # fmt: skip


def test_it_is_the_demos_upon_another_base() -> None:
    shipped, demo = SHIPPED / "registry", ROOT / "images/registry"
    assert (shipped / "Procfile").read_text() == (demo / "Procfile").read_text()
    for script in ("registry-server", "registry-collect"):
        assert (shipped / script).read_bytes() == (demo / script).read_bytes()
    for script in ("apt-archives", "trust-site-ca"):
        assert (shipped / script).read_text() == (ROOT / "images/my-ubuntu" / script).read_text()
    texts = [(folder / "Dockerfile").read_text() for folder in (shipped, demo)]
    runs = {text[text.index("USER 5000:5000") :] for text in texts}
    assert len(runs) == 1


OURS = "192.168.50.20:5000/team"


def only_runs(images: Path, leaf: str, run: str) -> None:
    (images / leaf).mkdir()
    (images / leaf / "Procfile").write_text(f"{leaf}: docker run {run}\n")


@pytest.mark.parametrize(
    ("run", "runs"),
    [
        ("-v data:/data postgres:16", LeafImage("postgres", "16", "postgres:16", "postgres:16")),
        ("docker.io/library/postgres", LeafImage(
            "postgres", "latest", "docker.io/library/postgres", "postgres:latest")),
        ("ghcr.io/org/app:1", LeafImage(
            "ghcr.io/org/app", "1", "ghcr.io/org/app:1", "ghcr.io/org/app:1")),
        # the chain's own, under the name of another leaf, and what was put into the registry
        ("web bin/worker", LeafImage("web", "latest", "web")),
        (f"{OURS}/web", LeafImage("web", "latest", f"{OURS}/web")),
        (f"{OURS}/postgres:16", LeafImage("postgres", "16", f"{OURS}/postgres:16")),
        ("192.168.50.20:5000/other:1", LeafImage("192.168.50.20-5000/other", "1",
            "192.168.50.20:5000/other:1", "192.168.50.20:5000/other:1")),
    ],
)  # fmt: skip
def test_a_leaf_that_is_only_a_procfile_runs_what_that_names(
    images: Path, run: str, runs: LeafImage
) -> None:
    only_runs(images, "db", run)
    folders = leaf_folders(str(images))
    assert set(folders.leaves) == {"db", "web", "registry"}
    assert folders.image("db", [OURS]) == runs
    assert folders.image("web", [OURS]) == LeafImage("web", "latest")


def test_its_folder_alone_makes_a_site(tmp_path: Path) -> None:
    only_runs(tmp_path, "db", "postgres:16")
    assert leaf_folders(str(tmp_path)).chain == {}
    assert order(read(tmp_path)) == ()


def test_a_procfile_within_the_folder_of_an_image_is_no_leaf(images: Path) -> None:
    only_runs(images / "web", "app", "postgres:16")
    (images / "deep/docker").mkdir(parents=True)
    (images / "deep/Procfile").write_text("web: docker run deep\n")
    (images / "deep/docker/Dockerfile").write_text("FROM scratch\n")
    assert set(leaf_folders(str(images)).leaves) == {"web", "registry"}


def test_an_image_that_is_pinned_by_a_digest_can_have_no_mirror(images: Path) -> None:
    only_runs(images, "db", f"postgres@sha256:{'a' * 64}")
    with pytest.raises(DockwrightError, match=r"db/Procfile: image postgres@.*name a tag"):
        leaf_folders(str(images)).image("db", [OURS])


def _two(tmp_path: Path) -> LeafFolders:
    for name, line in (
        ("web", "web: docker run -p 80:80 web"),
        ("db", "db: docker run postgres:16"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "Procfile").write_text(f"{line}\n")
    (tmp_path / "web/Dockerfile").write_text("FROM scratch\n")
    return leaf_folders(str(tmp_path))


def test_a_leaf_that_is_run_once_more_runs_the_same_image_at_its_version(tmp_path: Path) -> None:
    digest = f"sha256:{'0a' * 32}"
    folders = _two(tmp_path).with_runs(
        {
            "web-old": Run(leaf="web", version="1.2"),
            "web-too": Run(leaf="web"),
            "web-by": Run(leaf="web", version=digest),
            "db-old": Run(leaf="db", version="15"),
        }
    )
    assert folders.image("web", []) == LeafImage("web", "latest")
    assert folders.image("web-old", []) == LeafImage("web", "1.2", "web")
    assert folders.image("web-too", []) == LeafImage("web", "latest", "web")
    assert folders.image("web-by", []).reference == f"web:sha256-{'0a' * 32}"
    assert folders.image("db-old", []) == LeafImage("postgres", "15", "postgres:16", "postgres:15")


@pytest.mark.parametrize(
    ("runs", "why"),
    [
        ({"db": Run(leaf="web")}, "dockwright_runs: db: an image folder is called so"),
        ({"old": Run(leaf="wbe")}, "dockwright_runs: old: leaf wbe: no such leaf; leaves: "),
        ({"old": Run(leaf="registry")}, "leaf registry: no such leaf"),
        ({"old": Run(leaf="web", ports={1: 2})}, "port 1: published by no line; has 80"),
    ],
)
def test_what_cannot_be_run_once_more_is_refused(
    tmp_path: Path, runs: dict[str, Run], why: str
) -> None:
    with pytest.raises(DockwrightError, match=why):
        _two(tmp_path).with_runs(runs)


def test_a_leaf_may_call_an_image_of_the_tree_by_an_owner() -> None:
    leaf = Source("old", "old/Procfile", "", procfile="old: docker run acme/web", dockerfile="")
    chain = {"web": Source("web", "web/Dockerfile", "FROM scratch")}
    assert leaf_image(leaf, chain, [], ["acme"]).reference == "web:latest"
    assert leaf_image(leaf, chain, []).reference == "acme/web:latest"
