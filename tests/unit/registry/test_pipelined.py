"""Questions for headers put at once: the answers of each, of a server that does as it likes."""

import socket
import threading
from collections.abc import Callable

import pytest

from dockwright.registry.pipelined import AT_ONCE, Request, Response, all_of, answers

HAS = b"HTTP/1.1 200 OK\r\nDocker-Content-Digest: sha256:1\r\nContent-Length: 500\r\n\r\n"
LACKS = b"HTTP/1.1 404 Not Found\r\n\r\n"


def heads(paths: list[str]) -> list[Request]:
    return [("HEAD", path) for path in paths]


def asked(
    paths: list[str], answer: Callable[[socket.socket], object]
) -> tuple[list[tuple[int, str | None]], str]:
    """What is found, and what the server was asked; it answers once it has all questions."""
    client, server = socket.socketpair()
    client.settimeout(5)
    received = bytearray()

    def serve() -> None:
        while received.count(b"\r\n\r\n") < min(len(paths), AT_ONCE):
            received.extend(server.recv(1 << 16))
        answer(server)
        server.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        found = [
            (its.status, its.headers.get("docker-content-digest"))
            for its in answers(client, "registry:5000", heads(paths), {"Accept": "x/y"})
        ]
    finally:
        client.close()
        thread.join(5)
    return found, received.decode()


def test_all_are_asked_before_the_first_is_answered() -> None:
    found, said = asked(["/a", "/b"], lambda server: server.sendall(HAS + LACKS))
    assert found == [(200, "sha256:1"), (404, None)]
    assert said == "".join(
        f"HEAD {path} HTTP/1.1\r\nHost: registry:5000\r\nAccept: x/y\r\n\r\n"
        for path in ("/a", "/b")
    )


def test_a_byte_at_a_time_is_the_same() -> None:
    def slowly(server: socket.socket) -> None:
        for byte in HAS + LACKS:
            server.sendall(bytes([byte]))

    assert asked(["/a", "/b"], slowly)[0] == [(200, "sha256:1"), (404, None)]


@pytest.mark.parametrize(
    "last", [HAS, HAS.replace(b"Content-Length: 500", b"Connection: close") + LACKS]
)
def test_what_a_server_does_not_answer_before_it_ends_is_left(last: bytes) -> None:
    found, _ = asked(["/a", "/b", "/c"], lambda server: server.sendall(LACKS + last))
    assert found == [(404, None), (200, "sha256:1")]


@pytest.mark.parametrize(
    "said", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 2000 OK\r\n\r\n", b"HTTP/2 200\r\n\r\n",
             b"x" * 70_000, b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n"]
)  # fmt: skip
def test_what_is_no_answer_is_an_error(said: bytes) -> None:
    with pytest.raises(OSError):
        asked(["/a", "/b"], lambda server: server.sendall(said))


def test_one_that_says_nothing_is_an_error_in_time() -> None:
    client, server = socket.socketpair()
    client.settimeout(0.1)
    with pytest.raises(TimeoutError), client, server:
        list(answers(client, "registry", heads(["/a"]), {}))


@pytest.mark.parametrize("path", ["/a b", "/a\r\nX: y", "/a\n", "/ü"])
def test_no_path_and_no_header_makes_a_question_of_its_own(path: str) -> None:
    client, server = socket.socketpair()
    with client, server:
        with pytest.raises(ValueError, match="no path of a request"):
            list(answers(client, "registry", heads([path]), {}))
        with pytest.raises(ValueError, match="line break"):
            list(answers(client, "registry", heads(["/a"]), {"X": "y\r\nZ: a"}))


def texts(paths: list[str], said: bytes, most: int = 10) -> tuple[list[Response], bool]:
    """What is found of a server that says ``said``, and ends."""
    client, server = socket.socketpair()
    client.settimeout(5)
    with client, server:
        server.sendall(said)
        server.shutdown(socket.SHUT_WR)
        questions: list[Request] = [("GET", path) for path in paths]
        return all_of(answers(client, "registry", questions, {}, most), questions)


def _has(text: bytes, further: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s" % (further, len(text), text)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_the_texts_of_several_come_one_behind_the_other() -> None:
    said = _has(b"one") + _has(b"") + CHUNKED + b"3\r\ntwo\r\n1\r\n!\r\n0\r\n\r\n" + _has(b"last")
    found, goes_on = texts(["/a", "/b", "/c", "/d"], said)
    assert [one.text for one in found] == [b"one", b"", b"two!", b"last"]
    assert goes_on


def test_a_question_for_headers_has_no_text_between_others() -> None:
    client, server = socket.socketpair()
    client.settimeout(5)
    with client, server:
        server.sendall(
            _has(b"one") + HAS + b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"
        )
        questions: list[Request] = [("GET", "/a"), ("HEAD", "/b"), ("GET", "/c")]
        found = list(answers(client, "registry", questions, {}, 10))
    assert [(one.status, one.text) for one in found] == [(200, b"one"), (200, b""), (404, b"{}")]


def test_one_that_is_too_long_is_none_and_the_last() -> None:
    found, goes_on = texts(["/a", "/b"], _has(b"x" * 10) + _has(b"x" * 11) + _has(b"more"))
    assert [one.text for one in found] == [b"x" * 10, None]
    assert not goes_on
    found, goes_on = texts(["/a"], CHUNKED + b"b\r\n" + b"x" * 11 + b"\r\n0\r\n\r\n")
    assert [one.text for one in found] == [None]
    assert not goes_on


@pytest.mark.parametrize(
    "said", [_has(b"half")[:-1], b"HTTP/1.1 200 OK\r\n\r\nhalf", b"HTTP/1.0 200 OK\r\n\r\nhalf"]
)
def test_a_text_of_which_nobody_knows_its_end_is_left_to_be_asked_again(said: bytes) -> None:
    found, goes_on = texts(["/a", "/b"], _has(b"one") + said)
    assert [one.text for one in found] == [b"one"]
    assert not goes_on


@pytest.mark.parametrize(
    "last", [b"HTTP/1.0 404 Not Found\r\n\r\n", _has(b"", b"Connection: close\r\n")]
)
def test_behind_the_last_one_no_further_question_is_put(last: bytes) -> None:
    client, server = socket.socketpair()
    with client, server:
        server.sendall(last)
        found, goes_on = all_of(answers(client, "registry", heads(["/a"]), {}), heads(["/a"]))
    assert len(found) == 1 and not goes_on
