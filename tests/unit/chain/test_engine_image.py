"""An image as an engine has it: its names and digests, of what it is a build, and its worth."""

from datetime import UTC, datetime

import pytest

from dockwright.chain.engine_image import EngineImage, is_recipes
from dockwright.chain.recipe import BASE_LABEL, LABEL, NAME_LABEL

OURS, FORMER = "192.168.50.20:5000", "registry.old:5000"
A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
IMAGE = EngineImage("sha256:1", digests=(f"{OURS}/web@{A}", f"{OURS}/web@{B}", f"nginx@{B}"))


def test_a_repository_may_have_it_under_several_digests_and_another_one_under_none() -> None:
    assert IMAGE.has(f"{OURS}/web", A)
    assert IMAGE.has(f"{OURS}/web", B)
    assert not IMAGE.has(f"{OURS}/web", "sha256:" + "c" * 64)
    assert not IMAGE.has(f"{OURS}/we", A)
    assert IMAGE.digest_in(f"{OURS}/web") == A
    assert IMAGE.digest_in(f"{FORMER}/web") is None
    assert IMAGE.has_digest(B)
    assert not IMAGE.has_digest("a" * 64)


def test_of_a_name_in_containerds_store_no_registry_may_have_had_the_image() -> None:
    # its ID is its manifest's digest, and the engine says so of each of its names
    local = EngineImage(A, tags=("web:latest",), digests=(f"web@{A}",))
    assert local.digest_in("web") is None
    pulled = EngineImage(A, digests=(f"web@{A}", f"{FORMER}/web@{A}"))
    assert pulled.digest_in(f"{FORMER}/web") == A
    assert pulled.has_only_elsewhere(A, "web", [OURS])
    assert not local.has_only_elsewhere(A, "web", [OURS])
    # in the engine's own store a name without a registry is the hub's
    assert IMAGE.digest_in("nginx") == B


@pytest.mark.parametrize(
    ("digests", "elsewhere"),
    [
        ((), False),
        ((f"{OURS}/web@{A}",), False),
        ((f"{FORMER}/web@{A}",), True),
        ((f"{FORMER}/web@{A}", f"{OURS}/web@{A}"), False),
        # of ours under another name of an image only
        ((f"{OURS}/api@{A}",), True),
        # what is known of another digest says nothing of this one
        ((f"{FORMER}/web@{A}", f"{OURS}/web@{B}"), True),
        # the hub's: no registry of the site had it
        ((f"nginx@{A}",), False),
        ((f"bitnami/redis@{A}", f"{FORMER}/web@{A}"), False),
    ],
)
def test_an_image_of_a_registry_that_had_another_name(
    digests: tuple[str, ...], elsewhere: bool
) -> None:
    image = EngineImage("sha256:1", digests=digests)
    assert image.has_only_elsewhere(A, "web", [OURS]) is elsewhere


@pytest.mark.parametrize(
    ("image", "group"),
    [
        (EngineImage("1"), None),
        (EngineImage("1", tags=("web:latest",)), None),
        (EngineImage("1", labels={LABEL: "r", NAME_LABEL: "web"}), "web"),
        (EngineImage("1", ("web:latest", f"{OURS}/web:1"), labels={LABEL: "r"}), "web"),
        (EngineImage("1", digests=(f"{OURS}/web@{A}",), labels={LABEL: "r"}), "web"),
        (EngineImage("1", labels={LABEL: "r"}), ""),
        # its labels are those of what it was built upon by hand
        (EngineImage("1", ("mine:1",), labels={LABEL: "r", NAME_LABEL: "web"}), None),
        (EngineImage("1", ("web:1", "mine:1"), labels={LABEL: "r"}), None),
        (EngineImage("1", layers=("l",), labels={BASE_LABEL: "debian"}), "debian"),
        (EngineImage("1", layers=("l", "m"), labels={BASE_LABEL: "debian"}), None),
    ],
)
def test_what_it_is_a_build_of(image: EngineImage, group: str | None) -> None:
    assert image.group == group


@pytest.mark.parametrize(
    ("tag", "fixed"),
    [
        ("web:r-0123456789ab", True),
        (f"web:sha256-{'0' * 64}", True),
        (f"{OURS}/web:r-0123456789ab", True),
        ("web:r-0123456789a", False),
        ("web:r-0123456789abc", False),
        ("web:r-0123456789AB", False),
        ("web:latest", False),
        (f"web:sha256-{'0' * 63}", False),
    ],
)
def test_a_tag_that_stays_with_a_build_for_ever(tag: str, fixed: bool) -> None:
    assert is_recipes(tag) is fixed
    assert EngineImage("1", ("web:r-0123456789ab", tag)).former is fixed


def test_one_without_any_tag_is_a_former_one() -> None:
    assert EngineImage("1").former


def test_what_can_be_named_is_worth_more_and_then_what_is_newer() -> None:
    old, new = (datetime(year, 1, 1, tzinfo=UTC) for year in (2001, 2026))
    images = [
        EngineImage("a"),
        EngineImage("b"),
        EngineImage("c", created=new),
        EngineImage("d", ("web:1",)),
        EngineImage("e", ("web:1",), created=old),
        EngineImage("f", digests=(f"web@{A}",), created=new),
    ]
    assert sorted(images, key=lambda image: image.rank, reverse=True) == images[::-1]
