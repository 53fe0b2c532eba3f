"""Round trips are counted by cause, not by messages."""

from tests.bench.round_trips import RoundTrips


def ask_and_hear(box: RoundTrips, questions: int) -> None:
    """That many questions side by side, and their answers."""
    for depth in [box.client_sends() for _ in range(questions)]:
        box.server_hears(depth)
    for depth in [box.server_sends() for _ in range(questions)]:
        box.client_hears(depth)


def test_questions_side_by_side_are_one() -> None:
    box = RoundTrips()
    ask_and_hear(box, 20)
    assert box.count == 1


def test_one_after_the_other_are_as_many() -> None:
    box = RoundTrips()
    for _ in range(20):
        ask_and_hear(box, 1)
    assert box.count == 20


def test_a_server_that_greets_is_none_yet() -> None:
    box = RoundTrips()
    box.client_hears(box.server_sends())
    assert box.count == 0


def test_a_question_without_an_answer_is_none() -> None:
    box = RoundTrips()
    box.server_hears(box.client_sends())
    assert box.count == 0


def test_answers_that_come_one_by_one_to_two_chains_are_not_added_up() -> None:
    box = RoundTrips()
    first = [box.client_sends(), box.client_sends()]
    for depth in first:
        box.server_hears(depth)
    one, other = box.server_sends(), box.server_sends()
    box.client_hears(one)
    further = box.client_sends()
    box.client_hears(other)  # said before the server knew of the further question
    last = box.client_sends()
    for depth in (further, last):
        box.server_hears(depth)
    box.client_hears(box.server_sends())
    assert box.count == 2
