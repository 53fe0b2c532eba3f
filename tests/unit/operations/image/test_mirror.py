"""Images of others by their names in a registry of the site."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.operations.image.mirror import OURS, Mirrored, named


def test_each_image_is_meant_once_in_whatever_spelling() -> None:
    assert named(["postgres", "docker.io/library/postgres:latest", "postgres:16"]) == [
        Mirrored("postgres:latest", "postgres", "latest"),
        Mirrored("postgres:16", "postgres", "16"),
    ]


def test_an_image_of_another_host_has_a_name_of_its_own() -> None:
    [one] = named(["ghcr.io/org/app:1"])
    assert (one.image, one.tag) == ("ghcr.io/org/app:1", "1")
    assert one.name.endswith("org/app")
    assert named(["org/app:1"])[0].name != one.name


@pytest.mark.parametrize("image", ["", "Postgres", "a b", f"postgres@sha256:{'0' * 64}"])
def test_what_has_no_name_there_is_refused(image: str) -> None:
    with pytest.raises(DockwrightError):
        named(["postgres:16", image])


def test_a_name_of_ours_is_none_that_a_site_s_image_can_have() -> None:
    assert all(not one.image.startswith(OURS) for one in named(["postgres", "me/x", "r.test/y"]))
