"""Several questions at once: answers in their order, and the first error when all have ended."""

import gevent
import pytest

from dockwright.box.side_by_side import beside, side_by_side


def test_answers_are_in_the_order_of_the_questions_whoever_is_first() -> None:
    def ask(number: int) -> int:
        gevent.sleep(0.02 * (3 - number))
        return number * 10

    assert side_by_side(ask, range(4), at_once=4) == [0, 10, 20, 30]
    assert side_by_side(ask, [], at_once=4) == []


@pytest.mark.parametrize("at_once", [1, 3])
def test_never_more_than_so_many_at_a_time(at_once: int) -> None:
    under_way, most = 0, 0

    def ask(_: int) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        gevent.sleep(0.005)
        under_way -= 1

    side_by_side(ask, range(9), at_once)
    assert most == at_once


def test_the_first_error_in_order_is_raised_once_all_have_ended(
    capfd: pytest.CaptureFixture[str],
) -> None:
    ended: list[int] = []

    def ask(number: int) -> int:
        gevent.sleep(0.02 * (4 - number))
        ended.append(number)
        if number in (1, 2):
            raise ValueError(f"question {number}")
        return number

    with pytest.raises(ValueError, match="question 1"):
        side_by_side(ask, range(4), at_once=4)
    assert sorted(ended) == [0, 1, 2, 3]
    # gevent would print a traceback for what leaves a greenlet
    assert "Traceback" not in capfd.readouterr().err


def test_what_is_begun_beside_goes_on_meanwhile_and_its_error_is_who_waits_s(
    capfd: pytest.CaptureFixture[str],
) -> None:
    begun: list[str] = []

    def ask() -> str:
        begun.append("asked")
        gevent.sleep(0.01)
        return "answer"

    def fail() -> None:
        raise ValueError("no answer")

    with beside(ask) as value:
        gevent.sleep(0)
        assert begun == ["asked"]
        assert value() == value() == "answer"
    with pytest.raises(ValueError, match="no answer"), beside(fail) as value:
        value()
    # nobody waits for it
    with beside(fail):
        gevent.sleep(0.01)
    assert "Traceback" not in capfd.readouterr().err


def test_what_nobody_waited_for_is_ended_with_what_it_was_beside() -> None:
    ended: list[str] = []

    def ask() -> None:
        try:
            gevent.sleep(10)
        finally:
            ended.append("ended")

    with pytest.raises(KeyError), beside(ask):
        gevent.sleep(0)
        raise KeyError
    assert ended == ["ended"]
