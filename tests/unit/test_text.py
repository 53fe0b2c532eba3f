"""Whatever others say, what is shown of it moves no terminal; and nothing else shows it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.engine.build import BuildRequest, Output, failure
from dockwright.errors import DockwrightError
from dockwright.run.planned import FileChange, Plan, Planned
from dockwright.run.record import line as of_a_run
from dockwright.run.stream import safe
from dockwright.run.wording.whole import lines as rendered
from dockwright.text import block, coloured, line, lines

ROOT = Path(__file__).resolve().parents[2] / "dockwright"
OUR_COLOUR = re.compile(r"\x1b\[(?:(?:0|1|2|22|39|3[1-7]|9[1-7])(?:;(?=\d)|(?=m)))*m")
# what hypothesis does not come upon by itself
NASTY = st.sampled_from(
    [
        *("\x1b[2J", "\x1b]0;title\x07", "\x1b]52;c;ZXZpbA==\x07", "\x9b31m", "\x1bc", "\x1b[8m"),
        *("\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u2028", "\x85", "\x00", "\x7f"),
        *("\r", "\b", "\x0b", "\x0c", "\t", "\n", "\x1b[31m", "\x1b[0m", "\x1b[", "\udcff"),
        "\U000e0041",
    ]
)
TEXT = st.lists(st.one_of(NASTY, st.text(max_size=5)), max_size=30).map("".join)
BYTES = st.one_of(
    st.binary(max_size=80), TEXT.map(lambda text: text.encode("utf-8", "surrogatepass"))
)


@given(TEXT, st.integers(1, 300))
def test_a_line_is_printable_and_no_longer_than_it_may_be(text: str, most: int) -> None:
    assert line(text, most).isprintable()
    assert len(line(text, most)) <= most


@given(st.one_of(TEXT, BYTES), st.integers(1, 300))
def test_lines_are_printable_and_no_longer_than_they_may_be(text: str | bytes, most: int) -> None:
    for one in lines(text, most):
        assert one.isprintable()
        assert len(one) <= most


@given(TEXT)
def test_a_block_and_an_error_have_line_breaks_and_what_is_printable(text: str) -> None:
    assert block(text).replace("\n", "").isprintable()
    assert str(DockwrightError(text)) == block(text)


@given(TEXT)
def test_of_what_is_printed_only_our_colours_are_more(text: str) -> None:
    shown = OUR_COLOUR.sub("", coloured(text))
    assert shown.replace("\n", "").replace("\t", "").isprintable()


@given(st.lists(BYTES, max_size=8))
def test_a_stream_on_a_terminal_is_whole_lines_of_what_is_printable(pieces: list[bytes]) -> None:
    shown = b"".join(safe(pieces)).decode("utf-8")
    assert shown.replace("\n", "").isprintable()
    assert shown == "" or shown.endswith("\n")


@given(TEXT)
def test_what_is_printable_stays_as_it_is(text: str) -> None:
    plain = "".join(letter for letter in text if letter.isprintable())
    assert (line(plain, 1000), block(plain), coloured(plain)) == (plain, plain, plain)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (b"10%\r50%\r100%\r\ndone\n", ["100%", "done"]),
        (b"\x1b[1;32mgreen\x1b[0m \x1b[2J", ["green \\x1b[2J"]),
        (b"a\tb", ["a       b"]),
        (b"caf\xe9", ["caf\\xe9"]),
        ("caf\u00e9 \u202etxt".encode(), ["café \\u202etxt"]),
        (b"", []),
        (b"\n\n", ["", ""]),
    ],
)
def test_lines_are_what_a_person_would_have_seen(written: bytes, shown: list[str]) -> None:
    assert lines(written) == shown


def test_a_line_is_cut_after_its_escapes() -> None:
    assert line("\x1b" * 100, 10) == "\\x1b\\x1b\\…"
    assert line("x" * 10, 10) == "x" * 10


def test_a_build_that_fails_shows_what_it_wrote_and_no_secret() -> None:
    output = Output({"key": "hunter2\n"})
    output.add("\x1b[31mhun\x1b[0mter2\x1b]0;x\x07\n\rGet: 10%\rGet: 100%\r")
    error = failure(
        BuildRequest("web", "images/web/Dockerfile", "Dockerfile", b""),
        3,
        "RUN \x1b[2Jx",
        "exit code: 1\u202e",
        output,
    )
    assert str(error).splitlines() == [
        "image web: images/web/Dockerfile:3: RUN \\x1b[2Jx: exit code: 1\\u202e; its former tag "
        "stays; its last lines:",
        "    *MASKED*\\x1b]0;x\\x07",
        "    Get: 100%",
    ]


@given(TEXT.filter(bool))
def test_a_plan_and_a_record_show_nothing_else(nasty: str) -> None:
    change = FileChange(nasty, False, nasty)
    operation = Planned(nasty, nasty, "change", (nasty,), (change,), (nasty,))
    for one in rendered(Plan(nasty, (nasty,), (operation,))):
        assert OUR_COLOUR.sub("", one).isprintable()
    record = {"began": nasty, "who": nasty, "changed": [nasty], "failed": [nasty]}
    assert of_a_run(record).isprintable()


# who writes to a terminal or a log, and why what it writes is safe
WRITERS = {
    "terminal.py": "the one way of our own words",
    "box/log.py": "the one way of lines about a box",
    "box/red.py": "the one of what failed there, for `box/log.py` and for a box that is given up",
    "run/progress.py": "sets pyinfra's logger up, with our handler",
    "run/stream.py": "lines of a container: on a terminal by `safe`",
    "run/one_off.py": "a program's bytes: on a terminal by `safe`",
    "box/session.py": "the person's own session: its screen is that of the box",
    "cli/one_off.py": "asks whether there is a terminal",
    "picture/render.py": "a picture, and not to a terminal",
    "building/board.py": "draws over standard error: a board of its own texts",
    "building/progress.py": "asks whether there is a terminal",
    "cli/__init__.py": "how click words a wrong usage: what the user typed",
    "run/ask.py": "reads standard input",
    # by another hand at this time: errors of ours, and lines of a script of ours
    "box/record.py": "an error of ours",
    "commands/declare.py": "an error of ours",
    "commands/script.py": "its own words, and lines of the box",
    "commands/write.py": "its own words, and the box's error",
}


def _writes(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        of, name = node.value.id, node.attr
        return (
            (of == "sys" and name in ("stdout", "stderr", "__stdout__", "__stderr__"))
            or (of == "click" and name in ("echo", "secho", "confirm", "prompt", "echo_via_pager"))
            or (of == "logger")
            or (of == "host" and name == "log")
        )
    return isinstance(node, ast.Name) and node.id == "print" and isinstance(node.ctx, ast.Load)


def test_nobody_else_writes_to_a_terminal_or_a_log() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if any(_writes(node) for node in ast.walk(ast.parse(path.read_text())))
    }
    assert found - WRITERS.keys() == set()
