"""Leaves come after those that they need."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.boot.order import in_order
from dockwright.errors import DockwrightError

NAMES = st.sampled_from("abcdefgh")


@given(st.sets(NAMES), st.dictionaries(NAMES, st.lists(NAMES)))
def test_each_leaf_comes_once_and_behind_what_it_needs(
    leaves: set[str], after: dict[str, list[str]]
) -> None:
    # letters that only point back make no ring
    after = {leaf: [one for one in needed if one < leaf] for leaf, needed in after.items()}
    found = in_order(leaves, after)
    assert sorted(found) == sorted(leaves)
    for leaf, needed in after.items():
        for one in needed:
            if {leaf, one} <= leaves:
                assert found.index(one) < found.index(leaf)


def test_without_a_word_they_go_by_name_whatever_order_they_come_in() -> None:
    assert in_order(["web", "db", "api"], {}) == ("api", "db", "web")


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"api": ["api"]}, "api after api: none"),
        ({"api": ["db"], "db": ["api"]}, "after"),
        ({"api": ["db"], "db": ["cache"], "cache": ["api"]}, "api after db after cache after api"),
    ],
)
def test_a_ring_is_refused_and_named(after: dict[str, list[str]], said: str) -> None:
    with pytest.raises(DockwrightError) as error:
        in_order(["api", "db", "cache"], after, "dockwright_after")
    assert str(error.value).startswith("dockwright_after: ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)
