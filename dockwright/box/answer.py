"""What a question looks like on its way to a box, and what comes back; pure.

A question is a script in an environment of its own: no locale, start file, docker context or
standard input of anybody's has a part in it. Its answer stands between two marks made for that
question, in base64 and with its own checksum: what a login's shell, sudo or PAM print before or
behind it is not taken for it, and an answer that lost or changed a byte is none.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from shlex import quote

# Bytes of an answer; what is longer is refused, as the controller's memory is not the box's.
MOST = 16 << 20
# Of all that comes with it: base64 takes four bytes for three, and a start file may print much.
MOST_RECEIVED = MOST * 4 // 3 + (1 << 20)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_MISSING = 95  # the status that tells that a program the question needs is absent
_STATUS = re.compile(rb"\n([0-9]{1,3})\Z")

# The login's shell may be any: what it is given has neither line breaks nor backslashes, and no
# quote within quotes but what `shlex` makes. The script goes through base64 for that, and through
# gzip: csh takes no word of 8 KiB or more ("Word too long").
_COMMAND = (
    "env -i LC_ALL=C LANGUAGE= HOME=/nonexistent DOCKER_CONFIG=/nonexistent PATH={path} "
    "timeout -k 5 {seconds:g} sh -c 'eval \"$(printf %s {script} | base64 -d | gzip -dc)\"' {title}"
)
# The marks are put together on the box: a shell that shows the commands it is given shows no mark.
_SCRIPT = """exec </dev/null
out=$({{ (
{script}
); printf '\\n%s' "$?"; }} | head -c {most} | base64 -w0)
sum=$(printf %s "$out" | sha256sum)
printf '\\n%s%s:%s:%s:%s%s\\n' {a} {b} "${{sum%% *}}" "$out" {b} {a}
"""


def _packed(script: str) -> str:
    # no time in it: the same question is the same line
    small = gzip.compress(script.encode("utf-8", "surrogateescape"), mtime=0)
    return base64.b64encode(small).decode()


class Cut(Exception):
    """An answer that is not whole; its text says how."""


class Nothing(Cut):
    """What came holds no answer at all, as of an account that runs no command."""


@dataclass(frozen=True)
class Question:
    """A script for a box's ``sh``, and ``what`` it is about, as an error says it: ``its images``.

    ``requires``: a program without which there is nothing to ask. ``mark`` is new with each one.
    """

    script: str
    what: str
    requires: str | None = None
    mark: str = field(default_factory=lambda: secrets.token_hex(16))

    def command(self, seconds: float) -> str:
        """One line for the login's shell, which ends by itself a moment after ``seconds``.

        Example:
            >>> "MARK" in Question("id -u", "its user", mark="MARKMARK").command(60)
            False
        """
        return _COMMAND.format(
            path=PATH,
            seconds=seconds + 5,
            script=_packed(self._text()),
            title=self._title(),
        )

    def line(self, seconds: float) -> str:
        """The same for a script of several questions, whose environment is clean already.

        Example:
            >>> Question("id -u", "its user", mark="MARKMARK").line(5).split(" 'exec")[0]
            'timeout -k 5 5 sh -c'
        """
        return f"timeout -k 5 {seconds:g} sh -c {quote(self._text())} {self._title()}"

    def _text(self) -> str:
        half = len(self.mark) // 2
        script = self.script
        if self.requires is not None:
            script = f"command -v {self.requires} >/dev/null 2>&1 || exit {_MISSING}\n{script}"
        return _SCRIPT.format(
            # a status of three digits and its line break come behind the answer
            script=script, most=MOST + 8, a=self.mark[:half], b=self.mark[half:]
        )  # fmt: skip

    def _title(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", f"dockwright {self.what}".casefold()).strip("-")

    def answered(self, received: bytes | bytearray) -> bool:
        """Whether ``received`` may hold the whole answer: what comes behind it is of no interest.

        Example:
            >>> Question("", "", mark="ab").answered(b"Linux")
            False
        """
        return self.end_in(received) is not None

    def end_in(self, received: bytes | bytearray, start: int = 0) -> int | None:
        """Where the answer ends in ``received``, looked for from ``start`` on; None: not there.

        Example:
            >>> Question("", "", mark="ab").end_in(b"ab:sum:text:ba more")
            14
        """
        end = f":{self._end}".encode()
        at = received.find(end, start)
        return None if at < 0 else at + len(end)

    def answer(self, received: bytes) -> Answer:
        """The answer in ``received``, with what was printed before it.

        Raises:
            Cut: it is not there, not whole, or not what the box sent.

        Example:
            >>> Question("", "its user", mark="ab").answer(b"Welcome")
            Traceback (most recent call last):
            ...
            dockwright.box.answer.Nothing: no answer in what it said
        """
        begin = f"{self.mark}:".encode()
        before, separator, rest = received.partition(begin)
        if not separator:
            raise Nothing("no answer in what it said")
        body, separator, _ = rest.partition(f":{self._end}".encode())
        if not separator:
            raise Cut("its answer breaks off")
        checksum, _, text = body.partition(b":")
        if hashlib.sha256(text).hexdigest().encode() != checksum:
            raise Cut("its answer changed on the way")
        try:
            whole = base64.b64decode(text, validate=True)
        except ValueError as error:
            raise Cut("its answer changed on the way") from error
        status = _STATUS.search(whole)
        if status is None or len(whole) - len(status[0]) > MOST:
            raise Cut(f"its answer is longer than {MOST >> 20} MiB")
        return Answer(
            whole[: -len(status[0])], int(status[1]), before.removesuffix(b"\n"), self.requires
        )

    @property
    def _end(self) -> str:
        half = len(self.mark) // 2
        return self.mark[half:] + self.mark[:half]


@dataclass(frozen=True)
class Answer:
    """``said`` by the script, byte for byte, its exit ``status``, and the ``noise`` before it.

    ``errors`` is what came on standard error, where it failed.
    """

    said: bytes
    status: int
    noise: bytes
    requires: str | None = None  # the program without which there was nothing to ask
    errors: bytes = b""

    @property
    def is_missing(self) -> bool:
        """Whether there was nothing to ask: the program that the question requires is absent."""
        return self.requires is not None and self.status == _MISSING

    def lines(self) -> list[str]:
        """What was said, by lines; a byte that is not UTF-8 comes as a lone surrogate.

        It goes back to the box byte for byte with ``encode("utf-8", "surrogateescape")``.

        Example:
            >>> Answer(b"a\\nb\\xfc\\n", 0, b"").lines()
            ['a', 'b\\udcfc']
        """
        *lines, last = self.said.decode("utf-8", "surrogateescape").split("\n")
        return [*lines, last] if last else lines
