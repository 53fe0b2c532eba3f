"""What each registry lacks of what the others have."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from dockwright.operations.image.alike import Copy, lacking

PLACES = st.dictionaries(
    st.sampled_from(["a:1", "b:1", "c:1"]),
    st.dictionaries(st.sampled_from(["web", "api"]), st.lists(st.sampled_from("123"), unique=True)),
)


@given(PLACES)
def test_once_all_is_copied_each_has_what_the_others_have(
    has: Mapping[str, Mapping[str, list[str]]],
) -> None:
    after = {place: {name: set(tags) for name, tags in its.items()} for place, its in has.items()}
    for one in lacking(has):
        # it is taken from one that has it, and put where it is not
        assert one.tag in has[one.source].get(one.name, ())
        assert one.tag not in after[one.target].get(one.name, set())
        after[one.target].setdefault(one.name, set()).add(one.tag)
    every = [{(n, t) for n, tags in its.items() for t in tags} for its in after.values()]
    assert all(one == every[0] for one in every)


def test_the_first_that_has_a_tag_gives_it() -> None:
    has = {"a:1": {"web": ["2"]}, "b:1": {"web": ["1", "2"]}, "c:1": {}}
    assert lacking(has) == [
        Copy("web", "1", "b:1", "a:1"), Copy("web", "2", "a:1", "c:1"),
        Copy("web", "1", "b:1", "c:1"),
    ]  # fmt: skip
