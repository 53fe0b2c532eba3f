"""Which images are meant to be signed by hand."""

import pytest

from dockwright.errors import DockwrightError
from dockwright.run.signing import sign, whole_name

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("image", "whole"),
    [
        ("postgres", "postgres:latest"),
        ("team/postgres", "team/postgres:latest"),
        ("postgres:16", "postgres:16"),
        (f"postgres@{DIGEST}", f"postgres@{DIGEST}"),
    ],
)
def test_latest_is_meant_where_nothing_is_said(image: str, whole: str) -> None:
    assert whole_name(image) == whole


@pytest.mark.parametrize("image", ["", ":", "a:", ":16", "a:b c", "r:5000/web"])
def test_what_a_registry_calls_nothing_is_refused_before_a_box_is_asked(image: str) -> None:
    with pytest.raises(DockwrightError, match="not name, name:tag or name@sha256"):
        sign(["postgres:16", image], inventory="nowhere.py")
