"""A session that is opened before anybody wants it."""

import gevent
from paramiko import ChannelException

from dockwright.box.spare import Spare


class Session:
    closed = False

    def close(self) -> None:
        self.closed = True


def test_one_is_there_for_the_next_and_no_more_than_one() -> None:
    made: list[Session] = []

    def make() -> Session:
        gevent.sleep(0.01)
        made.append(Session())
        return made[-1]

    spare = Spare(make)
    assert spare.take() is None
    for _ in range(3):
        spare.prepare()
    gevent.sleep(0.03)
    spare.prepare()
    gevent.sleep(0.03)
    assert len(made) == 1
    assert spare.take() is made[0]
    assert spare.take() is None


def test_what_somebody_waits_for_is_given_back_and_what_has_ended_is_none() -> None:
    one = Session()
    spare = Spare(lambda: one)
    spare.prepare()
    gevent.sleep(0)
    spare.give_back()
    assert one.closed
    spare.prepare()
    gevent.sleep(0)
    assert spare.take() is None  # it ended meanwhile


def test_a_server_that_refuses_is_not_asked_again() -> None:
    asked: list[None] = []

    def refuse() -> None:
        asked.append(None)
        raise ChannelException(2, "Connect failed")

    spare = Spare(refuse)
    for _ in range(3):
        spare.prepare()
        gevent.sleep(0)
    assert len(asked) == 1


def test_a_connection_that_has_none_to_spare_now_is_asked_again() -> None:
    asked: list[None] = []
    spare = Spare(lambda: asked.append(None))
    for _ in range(3):
        spare.prepare()
        gevent.sleep(0)
    assert len(asked) == 3
