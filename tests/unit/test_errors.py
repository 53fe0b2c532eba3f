"""The family of errors: one line that moves no terminal, and who may be told which apart."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright import errors
from dockwright.errors import Awaited, BoxError, DockwrightError, NotReady, SiteError

FAMILY = (DockwrightError, BoxError, SiteError, NotReady, Awaited)


@given(st.sampled_from(FAMILY), st.text())
def test_what_stands_in_an_error_moves_no_terminal(kind: type[DockwrightError], text: str) -> None:
    said = str(kind(text))
    assert said.replace("\n", "").isprintable()


def test_a_box_s_and_a_site_s_errors_and_what_may_come_are_told_apart() -> None:
    assert issubclass(Awaited, NotReady)
    for one, other in ((BoxError, NotReady), (SiteError, NotReady), (BoxError, SiteError)):
        assert not issubclass(one, other)
        assert not issubclass(other, one)


@pytest.mark.parametrize("kind", FAMILY)
def test_it_may_be_made_of_nothing_and_goes_through_a_pickle(kind: type[DockwrightError]) -> None:
    assert str(kind()) == ""
    again = pickle.loads(pickle.dumps(kind("box web1: gone")))  # noqa: S301  our own bytes
    assert (type(again), str(again)) == (kind, "box web1: gone")


def test_all_that_others_are_to_use_is_named() -> None:
    assert {kind.__name__ for kind in FAMILY} | {"shown"} == set(errors.__all__)
