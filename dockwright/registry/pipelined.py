"""Questions for headers put to a registry at once: all are sent before the first is answered.

HTTP/1.1 lets a client do so on one connection, and has the answers come in the order of the
questions. It takes one round trip, however many they are. A server may end the connection behind
any of them; what it has not answered then is asked in the usual way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPException, parse_headers
from typing import Any, BinaryIO

from dockwright.text import line

# Their bytes fit into what a connection holds, while the server may wait with its answers.
AT_ONCE = 64
_LONGEST = 65_536  # bytes of a line
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n")


def heads(
    stream: Any, name: str, paths: Sequence[str], headers: Mapping[str, str]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The status and the headers that a server has for each of ``paths``, as far as it answers.

    Args:
        stream: a connection to it with ``sendall`` and ``makefile``, as a socket has them.
        name: the server's, for the header Host.
        paths: what is asked about, such as ``/v2/zenweb/manifests/latest``.
        headers: of each question.

    Raises:
        OSError: the connection broke, was closed before the first answer, or what came is none.
        ValueError: a path or a header holds a line break or a blank.

    Example::

        list(heads(socket, "192.168.50.20:5000", ["/v2/"], {}))  # [(200, {…})]
    """
    for text in (name, *paths):
        if re.search(r"[\s\x00-\x1f\x7f]", text) or not text.isascii():
            raise ValueError(f"{line(text, 60)}: no path of a request")
    fields = "".join(f"{key}: {value}\r\n" for key, value in {"Host": name, **headers}.items())
    if len(fields.splitlines()) != len(headers) + 1:
        raise ValueError("a header with a line break")
    reader = stream.makefile("rb")
    for first in range(0, len(paths), AT_ONCE):
        asked = paths[first : first + AT_ONCE]
        questions = "".join(f"HEAD {path} HTTP/1.1\r\n{fields}\r\n" for path in asked)
        stream.sendall(questions.encode("latin-1"))
        for number, _ in enumerate(asked):
            answer = _answer(reader, is_first=not first and not number)
            if answer is None:
                return
            yield answer
            if answer[1].get("connection", "").lower() == "close":
                return


def _answer(reader: BinaryIO, is_first: bool) -> tuple[int, Mapping[str, str]] | None:
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
    return int(status[1]), {key.lower(): value for key, value in headers.items()}
