"""Trees laid out as public ones are: the order they are meant to have, and what is told of them."""

from pathlib import Path

import pytest

from dockwright.chain.declared import Chain, declared
from tests.public_trees import TREES


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Chain:
    return declared(write(tmp_path / request.param, TREES[request.param]))


def waves(chain: Chain) -> dict[str, int]:
    return {image.name: image.wave for image in chain.images}


@pytest.mark.parametrize("tree", ["stacks"], indirect=True)
def test_stacks_by_a_registry_and_an_owner_in_arguments_are_six_waves(tree: Chain) -> None:
    assert waves(tree) == {
        "foundation": 0, "base-notebook": 1, "minimal-notebook": 2, "r-notebook": 3,
        "scipy-notebook": 3, "pyspark-notebook": 4, "tensorflow-notebook": 4,
        "tensorflow-cuda": 4, "all-spark-notebook": 5,
    }  # fmt: skip
    assert [one.text for one in tree.arranged.own] == ["quay.io/acme"]
    assert [image.name for image in tree.images if image.external_parents] == ["foundation"]


@pytest.mark.parametrize("tree", ["desktop"], indirect=True)
def test_a_tree_by_a_registry_and_by_an_owner(tree: Chain) -> None:
    # acme/chrome:old is what chrome was, and no image of this tree
    assert waves(tree) == {
        "chrome": 0, "curl": 0, "ridge": 0, "wine": 0,
        "htop": 1, "office": 1, "winbox": 1, "top": 2,
    }  # fmt: skip
    assert [one.text for one in tree.arranged.own] == ["acme", "r.acme.test"]
    told = {image.name: image.warnings for image in tree.images if image.warnings}
    assert list(told) == ["ridge"]
    assert "docker.io/bitnami/wine:8: taken for an image of others" in told["ridge"][0]


@pytest.mark.parametrize("tree", ["matrix"], indirect=True)
def test_a_matrix_of_bases_and_versions(tree: Chain) -> None:
    parents = {image.name: image.parents for image in tree.images if image.wave}
    assert parents == {
        "all": ("lang3.11-bookworm", "lang3.12-bookworm"),
        "app": ("lang3.12-trixie",),
    }
    assert len(tree.images) == 6


@pytest.mark.parametrize("tree", ["program"], indirect=True)
def test_one_dockerfile_at_the_top_with_vendored_ones(tree: Chain) -> None:
    assert tree.arranged.refused == ()
    [program] = tree.images
    assert (program.name, program.parents) == ("program", ())
    assert [(one.image, one.line) for one in program.outside if one.image[0] == "d"] == [
        ("docker.io/library/golang:1.22", 3),
        ("docker/dockerfile:1", 1),
    ]
    paths = [entry.path for entry in tree.sources[0].context]
    assert paths == [".dockerignore", "Dockerfile", "main.go"]


@pytest.mark.parametrize("tree", ["mono"], indirect=True)
def test_a_monorepo_of_which_one_service_is_broken(tree: Chain) -> None:
    assert waves(tree) == {"node-base": 0, "runtime": 0, "api": 1, "web": 1, "worker": 2}
    [refused] = tree.arranged.refused
    assert (refused.image, tree.arranged.behind) == ("broken", {"broken-too": "broken"})
    assert "services/broken/Dockerfile:2: COPPY: no such instruction" in refused.error
    assert [one.text for one in tree.arranged.own] == ["acme"]
    # what is built upon its own name is another one's
    [runtime] = [image for image in tree.images if image.name == "runtime"]
    assert runtime.external_parents == ("gcr.io/distroless/runtime:nonroot",)
