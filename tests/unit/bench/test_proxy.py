"""The delaying proxy: bytes as they were, each way late by half, round trips counted."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.bench.proxy import Proxy


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """A server that sends back what it is sent, connection by connection, until its end."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(client: socket.socket) -> None:
        with client:
            while data := client.recv(65536):
                client.sendall(data)

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(client,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=20)


def test_each_question_takes_the_delay_and_is_one_round_trip(echo: tuple[str, int]) -> None:
    with Proxy(echo, delay=0.05) as proxy, connect(proxy) as client:
        began = time.monotonic()
        for _ in range(4):
            client.sendall(b"question")
            assert client.recv(100) == b"question"
        took = time.monotonic() - began
        assert proxy.round_trips == 4
        assert took >= 4 * 0.05


def test_without_a_delay_it_counts_too(echo: tuple[str, int]) -> None:
    with Proxy(echo) as proxy, connect(proxy) as client:
        for _ in range(3):
            client.sendall(b"question")
            client.recv(100)
        assert proxy.round_trips == 3


def test_a_stream_arrives_whole_and_in_order(echo: tuple[str, int]) -> None:
    sent = bytes(range(256)) * 4096  # 1 MiB
    with Proxy(echo, delay=0.01) as proxy, connect(proxy) as client:
        writer = threading.Thread(target=lambda: (client.sendall(sent), client.shutdown(1)))
        writer.start()
        got = b""
        while data := client.recv(65536):
            got += data
        writer.join(20)
    assert got == sent


def test_connections_one_after_the_other_add_up_until_it_is_reset(echo: tuple[str, int]) -> None:
    with Proxy(echo) as proxy:
        for expected in (1, 2):
            with connect(proxy) as client:
                client.sendall(b"question")
                client.recv(100)
            assert proxy.round_trips == expected
        proxy.reset()
        assert proxy.round_trips == 0


def test_it_ends_what_is_open_and_listens_no_more(echo: tuple[str, int]) -> None:
    with Proxy(echo) as proxy:
        client = connect(proxy)
        client.sendall(b"question")
        client.recv(100)
    with client:
        assert client.recv(100) == b""
    with pytest.raises(OSError):
        connect(proxy)


def test_a_server_that_is_not_there_ends_the_connection() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    place = free.getsockname()
    free.close()
    with Proxy(place) as proxy, connect(proxy) as client:
        assert client.recv(100) == b""


def test_it_listens_on_the_loopback_alone(echo: tuple[str, int]) -> None:
    with Proxy(echo) as proxy:
        assert proxy._listener.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("delay", [0.02, 0.05])
def test_an_answer_that_nobody_waits_for_is_none(echo: tuple[str, int], delay: float) -> None:
    with Proxy(echo, delay) as proxy:
        for _ in range(3):
            with connect(proxy) as client:
                client.sendall(b"question")
                client.recv(100)
                client.sendall(b"goodbye")
            time.sleep(delay + 0.1)
        assert proxy.round_trips == 3


def test_one_who_only_has_no_more_to_say_hears_the_answer(echo: tuple[str, int]) -> None:
    with Proxy(echo, delay=0.05) as proxy, connect(proxy) as client:
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100) == b"question"
        time.sleep(0.05)
        assert proxy.round_trips == 1
