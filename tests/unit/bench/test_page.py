"""A page of bench/results is read back as it was written."""

import pytest

from tests.bench.page import Page, Row, read, written
from tests.bench.spread import Spread

PAGE = Page(
    title="Nothing to do",
    about="A run of all.",
    ours="ours",
    rows=[
        Row("0 ms", "ours", Spread(2.5, 2.25, 3.0, 5), 1.5, (31, 33)),
        Row("0 ms", "Ansible", Spread(15.0, 14.0, 16.0, 5), 9.25, (80, 81)),
        Row("50 ms", "Ansible", Spread(28.0, 27.0, 30.0, 5), 9.25),
    ],
    conditions={"cores": "2", "kernel": "6.1: with a colon"},
    not_measured={"bake": "the boxes have no buildx"},
)


def test_what_is_read_is_what_was_written() -> None:
    assert read(written(PAGE, "plot.svg")) == PAGE


def test_how_many_times_longer_is_told_where_both_were_measured() -> None:
    assert "| Ansible | 6.0 |  |" in written(PAGE, "plot.svg")


def test_a_row_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="50 ms, ours"):
        PAGE.row("50 ms", "ours")


def test_another_text_is_no_page() -> None:
    with pytest.raises(ValueError, match="no page"):
        read("# Something else\n")
