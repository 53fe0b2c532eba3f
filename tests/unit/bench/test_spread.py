"""Medians and spreads."""

import pytest

from tests.bench.spread import Spread, times


def test_of_an_even_number_the_median_is_between_the_two_in_the_middle() -> None:
    assert Spread.of([4.0, 1.0, 2.0, 10.0]) == Spread(3.0, 1.0, 10.0, 4)


def test_of_none_there_is_none() -> None:
    with pytest.raises(ValueError, match="no runs"):
        Spread.of([])


def test_nothing_is_not_divided_by() -> None:
    assert (times(3.0, 2.0), times(3.0, 0.0)) == ("1.5", "")
