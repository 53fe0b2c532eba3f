"""What may be built now: never before its parents, never after a failure below, all in the end."""

from collections.abc import Mapping
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.schedule import critical_path, descendants, startable

Parents = Mapping[str, list[str]]


@st.composite
def chains(draw: st.DrawFn) -> dict[str, list[str]]:
    count = draw(st.integers(1, 15))
    return {
        f"i{n}": sorted(f"i{p}" for p in draw(st.sets(st.integers(0, n - 1), max_size=3)))
        if n
        else []
        for n in range(count)
    }


@given(chains(), st.integers(1, 4), st.data())
def test_a_run_builds_all_but_what_descends_from_a_failure(
    parents: Parents, limit: int, data: st.DataObject
) -> None:
    doomed = data.draw(st.sets(st.sampled_from(list(parents)), max_size=3))
    done: set[str] = set()
    failed: set[str] = set()
    running: set[str] = set()
    while True:
        started = startable(parents, done=done, failed=failed, running=running, limit=limit)
        assert not {*started} & (done | failed | running)
        assert all(parent in done for name in started for parent in parents[name])
        running |= {*started}
        assert len(running) <= limit
        if not running:
            break
        # whichever ends first
        ended = data.draw(st.sampled_from(sorted(running)))
        running.remove(ended)
        (failed if ended in doomed else done).add(ended)
    skipped = descendants(parents, failed)
    assert done | failed | skipped.keys() == parents.keys()
    assert len(done) + len(failed) + len(skipped) == len(parents)
    assert set(skipped.values()) <= failed


@given(chains(), st.integers(1, 4))
def test_no_place_stays_empty_while_something_could_be_built(parents: Parents, limit: int) -> None:
    ready = [name for name, above in parents.items() if not above]
    assert len(startable(parents, limit=limit)) == min(limit, len(ready))


def test_the_longest_chain_of_descendants_goes_first() -> None:
    parents = {"leaf": [], "long": [], "a": ["long"], "b": ["a"], "wide": [], "c": ["wide"]}
    assert startable(parents, limit=2) == ("long", "wide")
    assert startable(parents, running=["long"], limit=2) == ("wide",)
    assert startable(parents, done=["long", "wide"], limit=9) == ("a", "leaf", "c")


@given(chains(), st.data())
def test_the_critical_path_is_a_chain_and_no_chain_is_longer(
    parents: Parents, data: st.DataObject
) -> None:
    seconds = {name: float(data.draw(st.integers(1, 9))) for name in parents}
    path = critical_path(parents, seconds)
    assert all(before in parents[after] for before, after in pairwise(path))
    ends: dict[str, float] = {}
    for name, above in parents.items():
        ends[name] = seconds[name] + max((ends[parent] for parent in above), default=0.0)
    assert sum(seconds[name] for name in path) == max(ends.values())


def test_nothing_to_build_has_no_path() -> None:
    assert critical_path({}, {}) == ()
    assert startable({}, limit=2) == ()
