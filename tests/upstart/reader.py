r"""A reader of Upstart's job files, for tests: what a job says, and what a process it starts gets.

Written from init(5) and from what Upstart 1.5 and 1.12.1 were recorded to do; it may judge our
jobs because it agrees with all of those records (test_upstart_records.py).

Upstart cuts a line into words itself for ``env`` and the like: quotes are taken off, a backslash
only before a blank or another backslash, and nothing is expanded. What ``exec`` and ``script``
run is a shell's matter: a command with any of a shell's characters in it, and every script, goes
to ``sh -e``.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from os.path import commonpath
from pathlib import Path

_BLANKS = " \t\r"
_SHELL = frozenset("~`!$^&*()=|\\{}[];\"'<>?")
# The stanzas of init(5) as 1.5 has them; "script" and "exec" may follow the names of processes.
_ONE_WORD = frozenset(
    [
        "description",
        "author",
        "version",
        "env",
        "chroot",
        "chdir",
        "setuid",
        "setgid",
        "umask",
        "nice",
        "expect",
        "console",
        "instance",
        "debug",
    ]
)
_WORDS = frozenset(
    ["export", "emits", "normal", "limit", "oom", "kill", "respawn", "start", "stop"]
)
_NO_WORD = frozenset(["task", "manual"])
_PROCESSES = frozenset(["pre-start", "post-start", "pre-stop", "post-stop"])
_CHOICES = {
    "console": {"none", "output", "owner", "log"},
    "expect": {"stop", "daemon", "fork", "none"},
}
_END = re.compile(r"[ \t\r]*end[ \t\r]+script[ \t\r]*(?:#.*)?")


class DoesNotParse(ValueError):
    """Upstart would not take the job."""


@dataclass(frozen=True)
class Stanza:
    """One stanza: its name (``pre-start script`` too), and its words, or the text it runs."""

    name: str
    words: tuple[str, ...] = ()
    text: str = ""


def read(text: str) -> list[Stanza]:
    """The stanzas of a job file in their order.

    Raises:
        DoesNotParse: an unknown stanza, a word too many or too few, an open quote or block.
    """
    reader, found = _Reader(text), []
    while reader.at < len(text):
        reader.skip_blanks()
        if reader.ends():
            reader.next_line()
            continue
        found.append(reader.stanza())
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def ends(self) -> bool:
        """Whether nothing but a comment is left on the line."""
        return self.at >= len(self.text) or self.text[self.at] in "#\n"

    def next_line(self) -> str:
        line, _, _ = self.text[self.at :].partition("\n")
        self.at += len(line) + 1
        return line

    def skip_blanks(self) -> None:
        while self.at < len(self.text):
            if self.text.startswith("\\\n", self.at):
                self.at += 2
            elif self.text[self.at] in _BLANKS:
                self.at += 1
            else:
                return

    def token(self, until: str, *, dequote: bool) -> str:
        text, found, quote = self.text, "", ""
        blanks, broken, escaped = 0, False, False
        while self.at < len(text):
            char, dropped = text[self.at], 0
            is_quote = False
            if escaped:
                escaped = False
                if char == "\n":
                    broken, self.at = True, self.at + 1
                    continue
                if char == "\\" or char in _BLANKS:
                    dropped = 1
                else:
                    found += "\\"
            elif char == "\\":
                escaped, self.at = True, self.at + 1
                continue
            elif char == quote:
                quote, is_quote = "", True
            elif quote and char == "\n":
                broken, self.at = True, self.at + 1
                continue
            elif not quote and char in "\"'":
                quote, is_quote = char, True
            elif not quote and char in until:
                break
            elif char in _BLANKS:
                blanks, self.at = blanks + 1, self.at + 1
                continue
            if broken:  # a line break, with the blanks around it, becomes one space
                found += " "
            else:  # the characters just before this one, which need not be the blanks (a record)
                end = self.at - dropped
                found += text[end - blanks : end]
            if dropped and not dequote:
                found += "\\"
            if not (is_quote and dequote):
                found += char
            blanks, broken = 0, False
            self.at += 1
        if escaped or quote:
            raise DoesNotParse("ends within quotes, or with a backslash")
        return found

    def word(self) -> str:
        if self.ends():
            raise DoesNotParse("a word is missing")
        found = self.token(f"#\n{_BLANKS}", dequote=True)
        self.skip_blanks()
        return found

    def words(self) -> tuple[str, ...]:
        found = []
        while not self.ends():
            found.append(self.word())
        self.next_line()
        return tuple(found)

    def block(self) -> str:
        if not self.ends():
            raise DoesNotParse("a word after script")
        self.next_line()
        lines: list[str] = []
        while self.at < len(self.text):
            line = self.next_line()
            if _END.fullmatch(line):
                indent = commonpath(
                    [line[: len(line) - len(line.lstrip(_BLANKS))] for line in lines]
                )
                return "".join(f"{line[len(indent) :]}\n" for line in lines)
            lines.append(line)
        raise DoesNotParse("script without end script")

    def stanza(self) -> Stanza:
        name = self.word()
        if name in _PROCESSES:
            kind = self.word()
            if kind not in ("exec", "script"):
                raise DoesNotParse(f"{name} {kind}")
            return Stanza(f"{name} {kind}", text=self.run(kind))
        if name in ("exec", "script"):
            return Stanza(name, text=self.run(name))
        if name not in _ONE_WORD | _WORDS | _NO_WORD:
            raise DoesNotParse(f"{name}: 1.5 has no such stanza")
        words = self.words()
        if (name in _ONE_WORD and len(words) != 1) or (name in _NO_WORD and words):
            raise DoesNotParse(f"{name}: {len(words)} words")
        if not set(words) <= _CHOICES.get(name, set(words)):
            raise DoesNotParse(f"{name} {words[0]}")
        if name in ("start", "stop") and (words[:1] != ("on",) or len(words) < 2):
            raise DoesNotParse(f"{name} without its event")
        if name == "kill" and (len(words) != 2 or words[0] not in ("timeout", "signal")):
            raise DoesNotParse(f"kill {words}")
        if name == "respawn" and words and words != ("limit", "unlimited"):
            number_and_seconds = words[1:]
            if words[0] != "limit" or len(number_and_seconds) != 2 or not all(
                word.isdigit() for word in number_and_seconds
            ):  # fmt: skip
                raise DoesNotParse(f"respawn {words}")
        return Stanza(name, words)

    def run(self, kind: str) -> str:
        if kind == "script":
            return self.block()
        if self.ends():
            raise DoesNotParse("exec of nothing")
        found = self.token("#\n", dequote=False)
        self.next_line()
        return found


def environment(stanzas: list[Stanza]) -> dict[str, str]:
    """What the job's own ``env`` stanzas set."""
    pairs = [stanza.words[0].partition("=") for stanza in stanzas if stanza.name == "env"]
    return {name: value for name, _, value in pairs}


def on(stanzas: list[Stanza], what: str) -> tuple[str, ...]:
    """The event of ``start on`` or ``stop on``, and its arguments; none after a ``manual``.

    The last one counts, as Upstart reads a job and then its override. Of the operators (``and``,
    ``or``, brackets) our jobs use none, and it refuses them.
    """
    found: tuple[str, ...] = ()
    for stanza in stanzas:
        if stanza.name == what:
            found = stanza.words[1:]
        elif stanza.name == "manual" and what == "start":
            found = ()
    if {"and", "or"} & set(found) or any(word.startswith("(") for word in found):
        raise DoesNotParse(f"{what} on {' '.join(found)}: this reader knows no operators")
    return found


def happened(wanted: tuple[str, ...], event: str, arguments: tuple[str, ...]) -> bool:
    """Whether ``event`` is what a job waits for; an argument may be a pattern ([!2345])."""
    if wanted[:1] != (event,) or len(wanted) - 1 > len(arguments):
        return False
    return all(fnmatchcase(got, word) for word, got in zip(wanted[1:], arguments, strict=False))


def start(stanzas: list[Stanza], surroundings: Mapping[str, str]) -> int:
    """Run the job's main process as Upstart would, in ``surroundings``; its exit status."""
    env = {**surroundings, **environment(stanzas)}
    argv = command(stanzas)
    assert argv is not None
    # thousands of times: a fork of the tests' own, large process takes longer than all the rest
    nothing = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
    _, status = os.waitpid(os.posix_spawnp(argv[0], argv, env, file_actions=nothing), 0)
    return os.waitstatus_to_exitcode(status)


def command(stanzas: list[Stanza], process: str = "") -> list[str] | None:
    """What Upstart runs as the job's main process, or as its ``pre-start`` and so on, if it has it.

    The last stanza of its name counts: an override stands behind its job.
    """
    names = (f"{process} exec".strip(), f"{process} script".strip())
    found = [stanza for stanza in stanzas if stanza.name in names]
    if not found:
        return None
    text = found[-1].text
    if not found[-1].name.endswith("exec"):
        return ["sh", "-e", "-c", text]
    return (
        re.split(r"[ \t\r\n]+", text)
        if not _SHELL & set(text)
        else ["sh", "-e", "-c", f"exec {text}"]
    )


def recorder(program: Path, record: Path) -> None:
    """Write a ``program`` that leaves its arguments and its environment in ``record``."""
    # a shell changes some variables when it starts: the kernel tells what it was given
    program.write_text(
        f"#!/bin/sh\nexec >'{record}'\nprintf '%s\\0' \"$#\" \"$@\"\n/bin/cat /proc/$$/environ\n"
    )
    program.chmod(0o755)


def recorded(record: Path) -> tuple[list[str], dict[str, str]] | None:
    """What the recorder's program got, once; None where it did not run."""
    if not record.exists():
        return None
    count, *rest = record.read_bytes().decode().split("\0")
    record.unlink()
    return rest[: int(count)], dict(item.split("=", 1) for item in rest[int(count) : -1])
