"""Which tags are pushed: what the registry lacks, or has for another image."""

import pytest

from dockwright.facts.image import EngineImage
from dockwright.operations.image.push import _another_base, _missing

PLACE = "192.168.50.20:5000/team"
ONE, OTHER = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
LOCAL = EngineImage("sha256:a", (), (f"{PLACE}/web@{ONE}",), (), {}, None)
TAGS = ("latest", "r-0123456789ab")


@pytest.mark.parametrize(
    ("latest", "recipe", "pushed", "absent"),
    [
        (ONE, ONE, (), ()),
        (OTHER, ONE, ("latest",), ()),
        (None, ONE, ("latest",), ("latest",)),
        (OTHER, None, ("r-0123456789ab", "latest"), ("r-0123456789ab",)),
        (None, None, ("r-0123456789ab", "latest"), ("r-0123456789ab", "latest")),
    ],
)
def test_what_another_builder_pushed_stays_where_only_absent_tags_are_asked_for(
    latest: str | None, recipe: str | None, pushed: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    known = {"web:latest": latest, "web:r-0123456789ab": recipe}
    assert _missing(PLACE, "web", TAGS, LOCAL, known) == pushed
    assert _missing(PLACE, "web", TAGS, None, known) == absent
    assert _missing(PLACE, "web", TAGS, LOCAL, known, [PLACE]) == absent


def test_what_is_known_by_a_former_name_of_the_registry_is_pushed_by_the_present_one() -> None:
    known = dict.fromkeys((f"web:{tag}" for tag in TAGS), ONE)
    renamed = "registry.corp.test/team"
    assert _missing(renamed, "web", TAGS, LOCAL, known, [renamed]) == TAGS[::-1]
    assert _missing(renamed, "web", TAGS, LOCAL, known, [renamed, PLACE]) == ()


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"debian:bookworm": ONE}, None),
        ({"debian:bookworm": OTHER}, "debian:bookworm"),
        # the registry is new, and gets ours
        ({"debian:bookworm": None}, None),
        ({}, None),
    ],
)
def test_a_base_that_the_registry_has_of_another_build_is_told(
    known: dict[str, str | None], found: str | None
) -> None:
    there = {"debian:bookworm": EngineImage("b", (), (f"{PLACE}/debian@{ONE}",), (), {}, None)}
    assert _another_base(["debian:bookworm", "absent:1"], there, known) == found
