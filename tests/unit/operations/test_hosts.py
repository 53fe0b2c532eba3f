"""Our block of /etc/hosts: once, first, and nothing of others lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.operations.hosts import BEGIN, END, with_block

ENTRIES = {"192.168.50.10": ["docker.vagrant", "docker"]}
BLOCK = [BEGIN, "192.168.50.10 docker.vagrant docker", END]
THEIRS = ["127.0.0.1 localhost", "127.0.1.1 docker.vagrant", ""]


def text(lines: list[str]) -> str:
    return "\n".join(lines)


@given(st.text(st.characters(exclude_characters="\0"), max_size=60))
def test_what_is_not_ours_stays_byte_for_byte(theirs: str) -> None:
    if BEGIN in theirs or END in theirs:
        return
    done = with_block(theirs, ENTRIES)
    assert done == f"{text(BLOCK)}\n{theirs}"
    assert with_block(done, ENTRIES) == done
    assert with_block(done, {}) == theirs


def test_it_stands_before_a_line_of_the_same_name() -> None:
    assert with_block(text(THEIRS), ENTRIES) == text([*BLOCK, *THEIRS])


@pytest.mark.parametrize(
    "drifted",
    [
        THEIRS,
        [*THEIRS, *BLOCK],
        [*BLOCK, *THEIRS, *BLOCK],
        [BEGIN, "192.168.50.99 docker.vagrant", END, *THEIRS],
        [BEGIN, *BLOCK, *THEIRS],
        [*BLOCK[:2], *THEIRS],
        [END, *THEIRS],
    ],
    ids=["absent", "at the end", "doubled", "edited", "begun twice", "without end", "only an end"],
)
def test_whatever_became_of_it_it_comes_right_and_the_rest_stays(drifted: list[str]) -> None:
    done = with_block(text(drifted), ENTRIES)
    assert done == text([*BLOCK, *THEIRS])
    assert with_block(done, ENTRIES) == done


def test_without_entries_there_is_no_block() -> None:
    assert with_block(text([*BLOCK, *THEIRS]), {}) == text(THEIRS)
