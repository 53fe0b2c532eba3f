"""What all boxes of a run ask alike: once, and no answer is from before a command it hangs on."""

from collections.abc import Callable, Iterator
from itertools import count

import gevent
import pytest
from pyinfra.api import Config, Inventory, State
from pyinfra.api.command import PyinfraCommand
from pyinfra.api.host import Host

from dockwright.box import shared
from dockwright.box.shared import asked_for_all, asked_of, only_here
from dockwright.commands.declare import Call
from dockwright.errors import BoxError

BOXES = ("hub", "web1", "web2", "web3")


class Counted:
    """A question that takes a while, and its answer: how often it was put."""

    def __init__(self, error: Exception | None = None) -> None:
        self.times, self.alone, self.error = 0, 0, error

    def ask(self) -> list[int]:
        self.times += 1
        answer = [self.times]
        gevent.sleep(0.02)
        if self.error is not None:
            raise self.error
        return answer

    def ask_alone(self) -> list[int]:
        self.alone += 1
        return [-1]


@pytest.fixture
def hosts() -> dict[str, Host]:
    inventory = Inventory((list(BOXES), {}))
    State(inventory, Config())
    return {name: inventory.get_host(name) for name in BOXES}


def _at_once(ask: Callable[[], object], number: int = 12) -> list[object]:
    def one() -> object:
        try:
            return ask()
        except BoxError as error:
            return str(error)

    asked = [gevent.spawn(one) for _ in range(number)]
    gevent.joinall(asked, raise_error=True)
    return [greenlet.value for greenlet in asked]


def _command(
    hosts: dict[str, Host], box: str, command: object = "true"
) -> Iterator[PyinfraCommand]:
    """One command of an operation on ``box``: it runs from the first `next` to the second."""
    run = shared._of_runs.of(hosts[box].state)
    return run.heeded(hosts[box], lambda: iter([command]))()  # type: ignore[list-item]


def _through(commands: Iterator[PyinfraCommand]) -> None:
    assert list(commands) == []


def test_who_asks_while_another_does_has_its_answer(hosts: dict[str, Host]) -> None:
    counted = Counted()
    assert _at_once(lambda: asked_of(hosts["hub"], "CA", counted.ask)) == [[1]] * 12
    assert _at_once(lambda: asked_of(hosts["hub"], "CA", counted.ask)) == [[1]] * 12
    assert counted.times == 1
    other = Counted()
    asked_of(hosts["hub"], "password", other.ask)
    asked_of(hosts["web1"], "CA", other.ask)
    assert other.times == 2


def test_an_error_of_the_box_that_is_asked_is_that_of_all_and_is_not_kept(
    hosts: dict[str, Host],
) -> None:
    counted = Counted(BoxError("box hub: no answer"))
    said = _at_once(lambda: asked_of(hosts["hub"], "CA", counted.ask))
    assert (said, counted.times) == (["box hub: no answer"] * 12, 1)
    counted.error = None
    assert asked_of(hosts["hub"], "CA", counted.ask) == [2]


def test_an_error_on_one_box_s_way_is_no_other_box_s(hosts: dict[str, Host]) -> None:
    counted, state = Counted(BoxError("registry r: no answer")), hosts["hub"].state
    said = _at_once(lambda: asked_for_all(state, "x", counted.ask, counted.ask_alone), 5)
    assert said == ["registry r: no answer", *[[-1]] * 4]
    assert counted.times == 1


def test_what_was_asked_before_a_command_there_is_no_answer_after_it(
    hosts: dict[str, Host],
) -> None:
    counted, hub = Counted(), hosts["hub"]

    def ask() -> list[int]:
        return asked_of(hub, "CA", counted.ask)

    assert ask() == ask() == [1]
    commands = _command(hosts, "hub")
    next(commands)
    assert [ask(), ask()] == [[2], [3]]  # nothing is shared meanwhile
    _through(commands)
    assert ask() == ask() == [4]
    # a command elsewhere changes nothing of a file there
    commands = _command(hosts, "web1")
    next(commands)
    assert ask() == [4]
    _through(commands)
    assert ask() == [4]


def test_what_is_of_no_one_box_is_not_kept_over_a_command_on_any(hosts: dict[str, Host]) -> None:
    counted, state = Counted(), hosts["hub"].state

    def ask() -> list[int]:
        return asked_for_all(state, "digests", counted.ask, counted.ask_alone)

    assert ask() == ask() == [1]
    commands = _command(hosts, "web2")
    next(commands)
    assert ask() == [-1]
    _through(commands)
    assert ask() == [2]
    # what a pull changes, nobody else asks for
    commands = _command(hosts, "web2", only_here(Call("pull web", print)))
    next(commands)
    assert ask() == [2]
    _through(commands)
    assert ask() == [2]


def test_who_asks_after_a_command_does_not_wait_for_what_was_asked_before_it(
    hosts: dict[str, Host],
) -> None:
    counted, hub = Counted(), hosts["hub"]
    asked_of(hub, "something else", counted.ask)
    before = gevent.spawn(asked_of, hub, "CA", counted.ask)
    gevent.sleep(0)
    commands = _command(hosts, "hub")
    next(commands)
    _through(commands)
    after = gevent.spawn(asked_of, hub, "CA", counted.ask)
    gevent.joinall([before, after], raise_error=True)
    assert (before.value, after.value) == ([2], [3])


def test_who_is_ended_while_it_asks_leaves_nobody_waiting(hosts: dict[str, Host]) -> None:
    counted, hub = Counted(), hosts["hub"]
    first = gevent.spawn(asked_of, hub, "CA", counted.ask)
    gevent.sleep(0)
    second = gevent.spawn(asked_of, hub, "CA", counted.ask)
    gevent.sleep(0)
    first.kill()
    assert second.get(timeout=5) == [2]


def test_what_one_does_with_an_answer_is_not_seen_by_the_next(hosts: dict[str, Host]) -> None:
    numbers = count()
    for _ in range(3):
        answer = asked_of(hosts["hub"], "CA", lambda: [next(numbers)])
        assert answer == [0]
        answer.append(99)
