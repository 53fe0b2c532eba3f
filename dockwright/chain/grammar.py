"""Dockerfiles' grammar: PyPI's ``e2b-dockerfile-utils``, and what Docker reads in another way.

That is a port of BuildKit's parser in pure Python, so that a machine of any architecture has it.
`dockwright.chain.instructions` calls this, and nothing else does. Where the port is not BuildKit,
it is set right here; tests/unit/chain/test_grammar.py holds both against moby's own parser.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from e2b_dockerfile_utils import (
    DockerfileInstruction,
    DockerfileSyntaxError,
    parse_dockerfile_ast,
)

from dockwright.errors import DockwrightError, shown

# As bufio.Scanner reads a file for BuildKit: a longer line is refused.
_LONGEST = 65_535
_BLANKS = r"\t\v\f\r "
_ONBUILD = re.compile(rf"(?ai)[{_BLANKS}]*onbuild(?=[{_BLANKS}]+[^{_BLANKS}#])")
# A here-document's name apart from its <<: BuildKit 0.22 and newer take it for one, others do not.
_APART = re.compile(rf"<<(?=-?[{_BLANKS}]+(\S+))")
_QUOTES = re.compile(r"""['"\\]""")
_JOINT = "\ufdd0"  # no character, and no file should have it
_SURROGATE = re.compile("[\ud800-\udfff]")
_REFERENCE = "see Docker's Dockerfile reference"


@dataclass(frozen=True)
class ParsedLine:
    """An instruction by its lower-case ``keyword``, where it stands, and what it says.

    ``is_trigger`` says that ONBUILD stands in front of it. ``number`` and ``end`` are its first and
    last line, from 1; ``text`` is its lines joined, here-documents left out.
    """

    keyword: str
    number: int
    end: int
    flags: tuple[str, ...]
    values: tuple[str, ...]
    text: str
    is_trigger: bool = False


def parse(text: str, source: str) -> list[ParsedLine]:
    """The instructions of ``text``, in their order; there may be none.

    Args:
        text: the Dockerfile.
        source: what errors call it.

    Raises:
        DockwrightError: Docker would not read it either: the line and why.

    Example:
        >>> [(one.keyword, one.is_trigger) for one in parse("ONBUILD RUN true", "Dockerfile")]
        [('run', True)]
    """
    mark, text = text[: text.startswith("\ufeff")], text.removeprefix("\ufeff")
    rows = text.split("\n")
    if len(text) * 4 > _LONGEST:
        for number, row in enumerate(rows, 1):
            if len(row.encode("utf-8")) > _LONGEST:
                raise DockwrightError(
                    f"{source}:{number}: more than {_LONGEST:,} bytes, which Docker refuses in one "
                    "line; break it, or COPY a file"
                )
    if "<<" in text and _JOINT not in text:
        rows = _without_shifts(rows)
    lifted = {number for number, row in enumerate(rows, 1) if _ONBUILD.match(row)}
    read = _read(mark, rows, lifted, source)
    begins = {one.start_line for one in read}
    if not lifted <= begins:
        # within another instruction, or its here-document, the word is no instruction
        lifted &= begins
        read = _read(mark, rows, lifted, source)
    return [_line(one, one.start_line in lifted, source) for one in read]


def _without_shifts(rows: list[str]) -> list[str]:
    """The rows, with no ``<<`` that the port would take for a here-document that never ends.

    Docker before BuildKit 0.22 builds `RUN echo $((1 << 4))`, and later ones `RUN cat << EOF`.
    """
    ends = {row.strip() for row in rows} - {""}

    def parted(match: re.Match[str]) -> str:
        return match[0] if _QUOTES.sub("", match[1]) in ends else f"<{_JOINT}<"

    return [_APART.sub(parted, row) for row in rows]


def _read(
    mark: str, rows: list[str], lifted: Collection[int], source: str
) -> list[DockerfileInstruction]:
    """What the port reads, with a blank for the word ONBUILD in the lines ``lifted``.

    It would leave what stands behind that word unread, and take the lines of a here-document there
    for instructions. With a blank in its place they are read as any other. (An ENV or LABEL whose
    name stands in one line and ONBUILD as its value in the next is refused for it.)
    """
    changed = [
        _ONBUILD.sub(" ", row, count=1) if number in lifted else row
        for number, row in enumerate(rows, 1)
    ]
    try:
        return parse_dockerfile_ast(mark + "\n".join(changed)).instructions
    except DockerfileSyntaxError as error:
        where = f"{source}:{error.line}: {'ONBUILD ' if error.line in lifted else ''}"
        # "Dockerfile parse error on line 1: …"
        why = str(error).partition(": ")[2].replace(_JOINT, "")
        _, unknown, word = why.partition("unknown instruction: ")
        if unknown:
            raise DockwrightError(_no_such(where, word)) from error
        raise DockwrightError(f"{where}{shown(why)}; {_REFERENCE}") from error
    except RecursionError as error:
        raise DockwrightError(
            f"{source}: brackets stand too deep in each other; {_REFERENCE}"
        ) from error


def _no_such(where: str, word: str) -> str:
    return f"{where}{shown(word) or repr(word)}: no such instruction; {_REFERENCE}"


def _line(read: DockerfileInstruction, is_trigger: bool, source: str) -> ParsedLine:
    keyword = read.name.lower()
    where = f"{source}:{read.start_line}: {'ONBUILD ' if is_trigger else ''}"
    written = re.split(rf"[{_BLANKS}]", read.original.strip(), maxsplit=1)[0]
    if written.lower() != keyword:  # to the port, letters that have S in upper case are an S
        raise DockwrightError(_no_such(where, written))
    for flag in read.flags:
        if not flag.replace(_JOINT, "").isascii():
            # BuildKit reads flags byte by byte: é is two letters, and à a letter and a blank
            raise DockwrightError(
                f"{where}{shown(flag)}: a flag has letters that Docker's parser can't read; "
                "write it in ASCII"
            )
    if not all(document.name for document in read.heredocs):
        raise DockwrightError(
            f"{where}{shown(read.original)}: a here-document without a name; write <<EOF"
        )
    return ParsedLine(
        keyword,
        read.start_line,
        read.end_line,
        tuple(flag.replace(_JOINT, "") for flag in read.flags),
        tuple(value.replace(_JOINT, "") for value in _values(keyword, read)),
        read.original.replace(_JOINT, ""),
        is_trigger,
    )


def _values(keyword: str, read: DockerfileInstruction) -> list[str]:
    """The words of an instruction, as BuildKit parts them."""
    if read.json:
        return [_SURROGATE.sub("\ufffd", value) for value in read.args]
    if keyword in ("env", "label"):
        # name, value, and the = between them
        return [value for at, value in enumerate(read.args) if at % 3 < 2]
    if keyword in ("add", "copy"):
        # a quoted path with blanks is one word to the port alone
        return re.split(rf"[{_BLANKS}]+", " ".join(read.args)) if read.args else []
    return read.args
