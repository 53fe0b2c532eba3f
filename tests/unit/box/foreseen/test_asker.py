"""For whom a greenlet asks: each for itself."""

import gevent

from dockwright.box.foreseen.asker import alone, for_others, is_alone, is_for_others


def test_it_is_of_one_greenlet_and_ends_with_the_block() -> None:
    def beside() -> tuple[bool, bool]:
        return is_alone(), is_for_others()

    with alone(), for_others(), alone():
        assert (is_alone(), is_for_others()) == (True, True)
        assert gevent.spawn(beside).get() == (False, False)
    assert beside() == (False, False)
