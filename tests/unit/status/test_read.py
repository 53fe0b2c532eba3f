"""What a box says of an instance."""

import pytest

from dockwright.status.read import Instance


@pytest.mark.parametrize(
    ("image", "digest"),
    [
        ("reg:5000/zenweb@sha256:0a", "sha256:0a"),
        ("reg:5000/zenweb:latest", ""),
        ("sha256:0a", ""),  # an image's ID is no digest in a registry
    ],
)
def test_a_digest_is_what_the_container_was_pinned_to(image: str, digest: str) -> None:
    assert Instance("zenweb.web.1", "active", image=image).digest == digest


def test_the_leaf_of_a_job_is_what_stands_before_its_first_dot() -> None:
    assert Instance("app-worker.web.1", "active").leaf == "app-worker"
