"""What a plan says of a change: one line, a digest short, and what changes alike once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.box.change import Change, became, images, once, short


def test_a_box_s_own_address_is_left_out_where_details_are_the_same_anywhere() -> None:
    change = Change("~", "web", ("10.0.0.5:80→80", "x 10.0.0.5", "10.0.0.55:1→1"), "10.0.0.5")
    assert change.anywhere == (":80→80", "x 10.0.0.5", "5:1→1")
    assert Change("~", "web", ("10.0.0.5:80→80",)).anywhere == ("10.0.0.5:80→80",)


@pytest.mark.parametrize(
    ("digest", "said"),
    [("", ""), ("sha256:87b459", "sha256:87b459"), ("sha256:87b4590", "sha256:87b459…")],
)
def test_a_digest_is_as_short_as_it_is_told_apart(digest: str, said: str) -> None:
    assert short(digest) == said


def test_a_digest_that_takes_another_s_place_is_told_with_it() -> None:
    assert became("sha256:fdd0aa11", "sha256:d951bb33") == "sha256:fdd0aa…→sha256:d951bb…"
    assert became("", "sha256:d951bb33") == "→sha256:d951bb…"
    assert became(None, "x") == "x"


def test_images_that_change_alike_are_told_once_and_others_apart() -> None:
    told = images([("+", "a", ""), ("~", "b", "why"), ("+", "c", ""), ("~", "d", "other")])
    assert [one.line for one in told] == ["+ images a, c", "~ image b  why", "~ image d  other"]
    assert images([]) == ()


CHANGES = st.builds(
    Change, st.sampled_from("+~-"), st.sampled_from("abc"),
    st.lists(st.sampled_from("xy"), max_size=2).map(tuple), st.sampled_from(["", "10.0.0.1"]),
)  # fmt: skip


@given(st.lists(CHANGES, max_size=8))
def test_nothing_is_lost_where_changes_are_joined_and_joining_again_changes_nothing(
    changes: list[Change],
) -> None:
    joined = once(changes)
    assert sorted(name for one in joined for name in one.thing.split(", ")) == sorted(
        one.thing for one in changes
    )
    assert len({(one.sign, one.details, one.address) for one in joined}) == len(joined)
    assert once(joined) == joined
