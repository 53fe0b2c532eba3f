"""The sessions of a connection: a budget, a queue, and servers that take fewer."""

import gc
import time
from collections.abc import Iterator
from itertools import count

import gevent
import paramiko
import pytest
from pyinfra.api import Config, Inventory, State, StringCommand
from pyinfra.api.host import Host

from dockwright.box import channels
from dockwright.box.answer import Question
from dockwright.box.ask import ask
from dockwright.box.channels import Budget, NoChannel, budget_of
from dockwright.box.reach import reach
from dockwright.errors import BoxError
from tests.ssh_server import Server, serving


class Session:
    """A session of a server that takes ``most``; an end is heard of at once."""

    def __init__(self, server: "Sessions", number: int) -> None:
        self.server, self.number, self.closed = server, number, False

    def get_id(self) -> int:
        return self.number

    def close(self) -> None:
        self.closed = True
        self.server.open.discard(self.number)
        self.server.budget.closed(self.number)


class Sessions:
    def __init__(self, most: int = 100, ours: int = channels.MOST) -> None:
        self.most, self.open, self.numbers = most, set[int](), count(1)
        self.most_open, self.refused = 0, 0
        self.budget = Budget(self.make, most=ours)  # type: ignore[arg-type]

    def make(self) -> Session:
        gevent.sleep(0.001)
        if len(self.open) >= self.most:
            self.refused += 1
            raise paramiko.ChannelException(2, "Connect failed")
        number = next(self.numbers)
        self.open.add(number)
        self.most_open = max(self.most_open, len(self.open))
        return Session(self, number)

    def use(self, number: int, done: list[int], seconds: float = 0.01) -> None:
        session = self.budget.session(f"question {number}")
        gevent.sleep(seconds)
        session.close()
        done.append(number)


def _all(server: Sessions, number: int, seconds: float = 0.01) -> list[int]:
    done: list[int] = []
    gevent.joinall(
        [gevent.spawn(server.use, one, done, seconds) for one in range(number)], raise_error=True
    )
    return done


def test_never_more_than_the_budget_and_in_the_order_they_came_in() -> None:
    server = Sessions(ours=3)
    assert _all(server, 12) == list(range(12))
    assert (server.most_open, server.refused) == (3, 0)


def test_one_is_opened_beside_for_the_next_and_given_back_where_one_is_waited_for() -> None:
    server = Sessions(ours=4)
    first = server.budget.session("one")
    server.budget.spare.prepare()
    gevent.sleep(0.02)
    assert len(server.open) == 2
    second = server.budget.session("two")
    assert len(server.open) == 2  # it was there already
    for _ in range(3):  # of four, two are in use: none is to spare
        server.budget.spare.prepare()
        gevent.sleep(0.01)
    assert len(server.open) == 2
    first.close()
    server.budget.spare.prepare()
    gevent.sleep(0.02)
    assert len(server.open) == 2
    assert sorted(_all(server, 12)) == list(range(12))
    second.close()
    assert (server.most_open <= 4, server.refused) == (True, 0)


@pytest.mark.parametrize("most", [1, 2])
def test_a_server_that_takes_no_more_than_are_in_use_has_none_to_spare(most: int) -> None:
    server = Sessions(most)
    for _ in range(10):
        session = server.budget.session("it")
        server.budget.spare.prepare()
        gevent.sleep(0.01)
        assert len(server.open) <= most
        session.close()
    assert server.refused <= 1
    assert sorted(_all(server, 12)) == list(range(12))


@pytest.mark.parametrize("most", [1, 2, 5])
def test_a_server_that_takes_fewer_makes_the_budget_smaller(most: int) -> None:
    server = Sessions(most)
    server.use(0, [])
    assert sorted(_all(server, 25)) == list(range(25))
    assert server.most_open == most
    assert server.refused <= channels.MOST


def test_a_budget_that_had_to_shrink_grows_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "_GROWS", 0.05)
    server = Sessions(most=2)
    _all(server, 6)
    server.most, server.most_open = 100, 0
    gevent.sleep(0.6)
    _all(server, 20, seconds=0.05)
    assert server.most_open == channels.MOST


def test_a_session_that_ends_late_at_the_server_is_waited_for() -> None:
    server = Sessions(most=1)
    first = server.budget.session()
    number = next(iter(server.open))
    first.close()
    server.open.add(number)  # a program that outlives its channel
    gevent.spawn_later(0.3, server.open.clear)
    began = time.monotonic()
    server.budget.session().close()
    assert 0.2 < time.monotonic() - began < 2


def test_what_waits_for_too_long_is_named() -> None:
    server = Sessions(ours=1)
    held = server.budget.session()
    with pytest.raises(NoChannel) as late:
        server.budget.session("its images", waits=0.2)
    assert late.value.text == "none of 1 came free for its images within 0.2 s"
    assert not server.budget.is_waited_for
    held.close()
    server.budget.session("its images", waits=0.2).close()


def test_who_gives_up_waiting_leaves_the_queue() -> None:
    server = Sessions(ours=1)
    held = server.budget.session()
    waiting = gevent.spawn(server.budget.session)
    gevent.sleep(0.05)
    assert server.budget.is_waited_for
    waiting.kill()
    assert not server.budget.is_waited_for
    held.close()
    server.budget.session().close()


def test_a_server_that_opens_none_is_told_at_once() -> None:
    server, began = Sessions(most=0), time.monotonic()
    with pytest.raises(paramiko.ChannelException, match="Connect failed"):
        server.budget.session()
    assert time.monotonic() - began < 1


def test_a_server_that_opens_no_more_is_not_tried_for_ever() -> None:
    server = Sessions()
    server.budget.session().close()
    server.most = 0
    with pytest.raises(paramiko.ChannelException, match="Connect failed"):
        server.budget.session(waits=0.5)


def test_what_is_idle_is_given_back() -> None:
    server = Sessions(ours=2)

    class Pool:
        def __init__(self) -> None:
            self.idle = [server.budget.session(), server.budget.session()]

        def give_back(self) -> None:
            while self.idle:
                self.idle.pop().close()

    pool = Pool()
    server.budget.gives_back(pool.give_back)
    assert len(_all(server, 4)) == 4
    assert pool.idle == []


@pytest.fixture
def key(tmp_path: pytest.TempPathFactory) -> Iterator[str]:
    path = f"{tmp_path}/key"
    paramiko.RSAKey.generate(2048).write_private_key_file(path)
    yield path


def _reached(key: str, port: int) -> Host:
    data = {
        "ssh_hostname": "127.0.0.1", "ssh_port": port, "ssh_user": "app", "ssh_key": key,
        "ssh_strict_host_key_checking": "no", "ssh_allow_agent": False,
    }  # fmt: skip
    inventory = Inventory(([("web1", data)], {}))
    state = State(inventory, Config())
    host = inventory.get_host("web1")
    reach(host)
    state.activate_host(host)
    return host


def test_questions_and_pyinfra_s_commands_share_one_budget(key: str) -> None:
    server = Server((paramiko.RSAKey.from_private_key_file(key),), most=2, seconds=0.1)
    with serving(server) as port:
        host = _reached(key, port)

        def by_us() -> str:
            return ask(host, Question("echo yes", "itself")).lines()[0]

        def by_pyinfra() -> str:
            return host.run_shell_command(StringCommand("echo yes"))[1].stdout

        asked = [gevent.spawn(one) for one in [by_us, by_pyinfra] * 12]
        gevent.joinall(asked, raise_error=True)
        assert {one.value for one in asked} == {"yes"}
        assert max(server.open) == 2
        host.disconnect()


def test_the_line_of_a_question_that_found_no_session_names_box_and_what(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "WAITS", 1)
    server = Server((paramiko.RSAKey.from_private_key_file(key),), most=1)
    with serving(server) as port:
        host = _reached(key, port)
        budget = budget_of(host.connector)
        assert budget is not None
        held = budget.session("a build")
        with pytest.raises(BoxError) as late:
            ask(host, Question("echo yes", "its images"))
        assert str(late.value) == (
            "box web1: its SSH server opens no further session (none of 1 came free for its "
            "images within 1 s); raise MaxSessions there"
        )
        held.close()
        host.disconnect()


def test_a_session_that_nobody_holds_any_more_is_not_counted(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """paramiko closes a channel that was dropped, and does not hear of its end."""
    monkeypatch.setattr(channels, "WAITS", 2)
    server = Server((paramiko.RSAKey.from_private_key_file(key),))
    with serving(server) as port:
        host = _reached(key, port)
        budget = budget_of(host.connector)
        assert budget is not None
        for _ in range(2 * channels.MOST):
            budget.session("a question whose answer broke off")
            gc.collect()
        assert ask(host, Question("echo yes", "itself")).lines() == ["yes"]
        host.disconnect()
