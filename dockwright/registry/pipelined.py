"""Questions put to a registry at once: all are sent before the first is answered.

HTTP/1.1 lets a client do so on one connection, and has the answers come in the order of the
questions. It takes one round trip, however many they are. A server may end the connection behind
any of them; what it has not answered then is asked in the usual way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, RemoteDisconnected
from typing import Any, BinaryIO, Literal

from dockwright.text import line

# Their bytes fit into what a connection holds, while the server may wait with its answers.
AT_ONCE = 64
_HIGHEST = 599


# what is asked, and of which path, such as ``("HEAD", "/v2/zenweb/manifests/latest")``
Request = tuple[Literal["HEAD", "GET"], str]


@dataclass(frozen=True)
class Response:
    """What a server answered to one question: the ``headers`` by their names in small letters.

    ``text`` is None for one that is longer than was to be read. ``is_last``: the connection takes
    no further question.
    """

    status: int
    headers: Mapping[str, str]
    text: bytes | None = b""
    is_last: bool = False


def answers(
    stream: Any, name: str, questions: Sequence[Request], headers: Mapping[str, str], most: int = 0
) -> Iterator[Response]:
    """What a server says to each of ``questions``, as far as it answers.

    Args:
        stream: a connection to it with ``sendall`` and ``makefile``, as a socket has them.
        name: the server's, for the header Host.
        questions: what is asked.
        headers: of each question.
        most: bytes of a text that are read; a longer one is the last answer.

    Raises:
        OSError: the connection broke, was closed before the first answer, or what came is none.
        ValueError: a path or a header holds a line break or a blank.

    Example::

        list(answers(socket, "192.168.50.20:5000", [("HEAD", "/v2/")], {}))
        # [Response(status=200, …)]
    """
    for text in (name, *(path for _, path in questions)):
        if re.search(r"[\s\x00-\x1f\x7f]", text) or not text.isascii():
            raise ValueError(f"{line(text, 60)}: no path of a request")
    fields = "".join(f"{key}: {value}\r\n" for key, value in {"Host": name, **headers}.items())
    if len(fields.splitlines()) != len(headers) + 1:
        raise ValueError("a header with a line break")
    reader = stream.makefile("rb")
    for first in range(0, len(questions), AT_ONCE):
        asked = questions[first : first + AT_ONCE]
        lines = "".join(f"{method} {path} HTTP/1.1\r\n{fields}\r\n" for method, path in asked)
        stream.sendall(lines.encode("latin-1"))
        for number, (method, _) in enumerate(asked):
            answer = _answer(reader, method, most, is_first=not first and not number)
            if answer is None:
                return
            yield answer
            if answer.is_last:
                return


def all_of(said: Iterable[Response], asked: Sequence[Request]) -> tuple[list[Response], bool]:
    """What was ``said`` to all that was ``asked``, and whether its connection takes more questions.

    Example:
        >>> asked = [("HEAD", "/v2/a"), ("HEAD", "/v2/b")]
        >>> all_of([Response(200, {}), Response(404, {})], asked)[1]
        True
        >>> all_of([Response(200, {}, is_last=True)], asked[:1])[1]
        False
    """
    every = list(said)
    return every, len(every) == len(asked) and not any(one.is_last for one in every)


class _Lent:
    """The one reader of a connection, which each answer takes for its own."""

    def __init__(self, reader: BinaryIO) -> None:
        self.readline, self.read = reader.readline, reader.read

    def makefile(self, _: str) -> _Lent:
        return self

    def flush(self) -> None:
        pass

    def close(self) -> None:
        """Nothing: the next answer comes by it."""


def _answer(reader: BinaryIO, method: str, most: int, is_first: bool) -> Response | None:
    response = HTTPResponse(_Lent(reader), method=method)  # type: ignore[arg-type]
    try:
        response.begin()
        if response.status > _HIGHEST:
            raise ConnectionError(f"no answer of HTTP: status {response.status}")
        text = response.read(most + 1)
    except RemoteDisconnected:
        if is_first:
            raise
        return None
    except HTTPException as error:
        said = line(str(error), 60)
        raise ConnectionError(f"no answer of HTTP: {type(error).__name__} {said}") from error
    told = {key.lower(): value for key, value in response.headers.items()}
    if len(text) > most:
        return Response(response.status, told, None, is_last=True)
    # of one without an end nobody knows whether it is whole
    return (
        Response(response.status, told, text, response.will_close) if response.isclosed() else None
    )
