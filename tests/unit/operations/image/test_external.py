"""Images of others by the names that a site's registries have them under."""

import pytest

from dockwright.operations.image.external import _wanted

PLACES = ["r:5000/team", "r:5000", "other:5000"]


def _names(*images: str) -> list[tuple[tuple[str, ...], str, str | None]]:
    return [(one.names, one.image, one.registry) for one in _wanted(images, PLACES)]


def test_each_image_is_wanted_once_with_all_that_it_is_called() -> None:
    assert _names("postgres:16", "docker.io/library/postgres:16", "postgres") == [
        (("postgres:16",), "postgres:16", None),
        (("postgres:latest",), "postgres:latest", None),
    ]


@pytest.mark.parametrize(
    ("image", "name", "place"),
    [
        # of two with one host, the one whose path is longer is meant
        ("r:5000/team/postgres:16", "postgres:16", "r:5000/team"),
        ("r:5000/postgres:16", "postgres:16", "r:5000"),
        ("other:5000/postgres", "postgres:latest", "other:5000"),
    ],
)
def test_one_that_is_named_by_a_registry_of_the_site_is_to_be_there(
    image: str, name: str, place: str
) -> None:
    assert _names(image) == [((image if ":16" in image else f"{image}:latest",), name, place)]


def test_what_is_pinned_is_what_it_is_wherever_it_comes_from() -> None:
    assert _names(f"postgres@sha256:{'0' * 64}") == []
