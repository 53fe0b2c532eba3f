"""Questions for headers put at once: the answers of each, of a server that does as it likes."""

import socket
import threading
from collections.abc import Callable

import pytest

from dockwright.registry.pipelined import AT_ONCE, Request, answers

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
            (one.status, one.headers.get("docker-content-digest"))
            for one in answers(client, "registry:5000", heads(paths), {"Accept": "x/y"})
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


def bodies(said: bytes, most: int = 100) -> list[tuple[int, bytes]]:
    """Of three questions for what is there, what is found of ``said``."""
    client, server = socket.socketpair()
    client.settimeout(5)
    with client, server:
        server.sendall(said)
        server.shutdown(socket.SHUT_WR)
        questions: list[Request] = [("GET", "/a"), ("HEAD", "/b"), ("GET", "/c")]
        found = answers(client, "registry", questions, {}, most)
        return [(one.status, one.body) for one in found]


OK = b"HTTP/1.1 200 OK\r\nContent-Length: "
ONE = OK + b"6\r\n\r\n{\n\r\n\r\n"


def test_a_body_is_as_long_as_it_says_and_a_question_for_headers_has_none() -> None:
    said = ONE + OK + b"500\r\n\r\n" + b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"
    assert bodies(said) == [(200, b"{\n\r\n\r\n"), (200, b""), (404, b"{}")]


@pytest.mark.parametrize(
    "said",
    [
        OK + b"101\r\n\r\n" + b"x" * 101,
        OK + b"-1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        OK + b"1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    ],
)
def test_a_body_of_no_known_length_or_too_long_a_one_ends_it(said: bytes) -> None:
    # whatever follows could be of the body, and an answer of somebody's choice
    assert bodies(said + ONE) == []
    assert bodies(ONE + HAS + said) == [(200, b"{\n\r\n\r\n"), (200, b"")]


def test_a_body_that_is_cut_off_is_none() -> None:
    assert bodies(ONE + HAS + OK + b"5\r\n\r\nless") == [(200, b"{\n\r\n\r\n"), (200, b"")]
