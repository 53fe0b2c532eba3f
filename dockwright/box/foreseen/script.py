"""The one script that asks several questions, and their answers as they come; pure.

Each question keeps its own marks, checksum, status and limit of time (`dockwright.box.answer`), and
runs in a shell of its own: one that fails, hangs or prints more than it should has no part in the
others' answers. What failed is no answer here, as it is asked again by itself, for its own words.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator, Sequence

from dockwright.box.answer import PATH, Answer, Cut, Question

MOST = 4 << 20  # bytes of all answers together; what comes behind is no answer
LONGEST = 60_000  # bytes of the command: the kernel takes no argument of 128 KiB
EACH = 10.0  # seconds for one of them
_WORD = 4000  # csh takes no word of 8 KiB
# Handed over as words, joined on the box; no line breaks and no quote within quotes, as the login's
# shell may be any.
_COMMAND = (
    "env -i LC_ALL=C LANGUAGE= HOME=/nonexistent DOCKER_CONFIG=/nonexistent PATH={path} "
    "timeout -k 5 {seconds:g} "
    'sh -c \'eval "$(printf %s "$@" | base64 -d | gzip -dc)"\' dockwright-foreseen {words}'
)


def command(questions: Sequence[Question], seconds: float) -> str | None:
    """One line for the login's shell that asks all of them in turn, within ``seconds``.

    None where they are too many for a line.

    Example:
        >>> "dockwright-foreseen" in command([Question("id -u", "its user")], 30)
        True
    """
    script = "\n".join(one.line(min(EACH, seconds)) for one in questions) + "\n"
    packed = base64.b64encode(
        gzip.compress(script.encode("utf-8", "surrogateescape"), mtime=0)
    ).decode()
    words = [packed[at : at + _WORD] for at in range(0, len(packed), _WORD)]
    made = _COMMAND.format(path=PATH, seconds=seconds, words=" ".join(words))
    return made if len(made) <= LONGEST else None


class Incoming:
    """The answers in what comes, each as soon as it is whole, in the order of the questions.

    Args:
        questions: those of the command.

    Example:
        >>> answers = Incoming([Question("id -u", "its user")])
        >>> list(answers.take(b"Welcome")), answers.left
        ([], 1)
    """

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = list(questions)
        self._received = bytearray()
        self._looked = self._taken = 0

    @property
    def left(self) -> int:
        """How many have no answer yet."""
        return len(self._questions)

    @property
    def is_too_long(self) -> bool:
        """Whether more has come than is taken."""
        return self._taken > MOST

    def take(self, data: bytes) -> Iterator[tuple[Question, Answer | None]]:
        """The questions that are answered by ``data`` and what came before it.

        One that was cut, changed on the way, or failed has None for an answer.
        """
        self._received += data
        self._taken += len(data)
        while not self.is_too_long:
            start = max(self._looked - 100, 0)
            ends = (
                (at, one.end_in(self._received, start)) for at, one in enumerate(self._questions)
            )
            at, end = next(((at, end) for at, end in ends if end is not None), (0, None))
            if end is None:
                self._looked = len(self._received)
                return
            # they answer in their order: those before it were ended without a word
            silent, question = self._questions[:at], self._questions[at]
            answer = _answer(question, bytes(self._received[:end]))
            del self._received[:end], self._questions[: at + 1]
            self._looked = 0
            for one in silent:
                yield one, None
            yield question, answer


def _answer(question: Question, received: bytes) -> Answer | None:
    try:
        answer = question.answer(received)
    except Cut:
        return None
    return answer if answer.is_missing or not answer.status else None
