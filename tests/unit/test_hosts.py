"""Our block of /etc/hosts: once, first, and nothing of others lost."""

import pytest

from dockwright.operations.hosts import BEGIN, END, with_block

ENTRIES = {"192.168.50.10": ["docker.vagrant", "docker"]}
BLOCK = [BEGIN, "192.168.50.10 docker.vagrant docker", END]
THEIRS = ["127.0.0.1 localhost", "127.0.1.1 docker.vagrant", ""]


def test_it_stands_before_a_line_of_the_same_name() -> None:
    assert with_block(THEIRS, ENTRIES) == [*BLOCK, *THEIRS]


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
    done = with_block(drifted, ENTRIES)
    assert done == [*BLOCK, *THEIRS]
    assert with_block(done, ENTRIES) == done


def test_without_entries_there_is_no_block() -> None:
    assert with_block([*BLOCK, *THEIRS], {}) == THEIRS
