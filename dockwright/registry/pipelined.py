"""Questions put to a registry at once: all are sent before the first is answered.

HTTP/1.1 lets a client do so on one connection, and has the answers come in the order of the
questions. It takes one round trip, however many they are. A server may end the connection behind
any of them; what it has not answered then is asked in the usual way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException, parse_headers
from typing import Any, BinaryIO, Literal

from dockwright.text import line

# Their bytes fit into what a connection holds, while the server may wait with its answers.
AT_ONCE = 64
_LONGEST = 65_536  # bytes of a line
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n")


# what is asked, and of which path, such as ``("HEAD", "/v2/zenweb/manifests/latest")``
Request = tuple[Literal["HEAD", "GET"], str]


@dataclass(frozen=True)
class Response:
    """What a server said to one question; ``headers`` are by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


def answers(
    stream: Any, name: str, questions: Sequence[Request], headers: Mapping[str, str], most: int = 0
) -> Iterator[Response]:
    """What a server says to each of ``questions``, as far as it answers.

    Args:
        stream: a connection to it with ``sendall`` and ``makefile``, as a socket has them.
        name: the server's, for the header Host.
        questions: what is asked.
        headers: of each question.
        most: bytes of a body; one that is longer, or does not say its length, is the end.

    Raises:
        OSError: the connection broke, was closed before the first answer, or what came is none.
        ValueError: a path or a header holds a line break or a blank.

    Example::

        list(answers(socket, "192.168.50.20:5000", [("HEAD", "/v2/")], {}))
        # [Response(status=200, headers={…})]
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
            head = _head(reader, is_first=not first and not number)
            body = None if head is None else b"" if method == "HEAD" else _body(reader, head, most)
            if head is None or body is None:
                return
            yield Response(head.status, head.headers, body)
            if head.headers.get("connection", "").lower() == "close":
                return


def _head(reader: BinaryIO, is_first: bool) -> Response | None:
    begin = reader.readline(_LONGEST)
    if not begin and not is_first:
        return None
    status = _STATUS.fullmatch(begin)
    if status is None:
        raise ConnectionError(f"no answer of HTTP: {begin[:60]!r}")
    try:
        headers = parse_headers(reader)
    except HTTPException as error:
        raise ConnectionError(f"no headers of HTTP: {type(error).__name__}") from error
    return Response(int(status[1]), {key.lower(): value for key, value in headers.items()})


def _body(reader: BinaryIO, head: Response, most: int) -> bytes | None:
    length = head.headers.get("content-length", "")
    if not re.fullmatch(r"[0-9]{1,9}", length) or int(length) > most:
        return None
    # without it, the length is not that of what follows
    if "transfer-encoding" in head.headers:
        return None
    body = reader.read(int(length))
    return body if len(body) == int(length) else None
