"""Answers of boxes: whatever becomes of one on its way, it is the box's answer or none.

The honest answers are those of the cases in tests/facts; the marks are made by the real script.
"""

import base64
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dockwright.box.answer import MOST, Answer, Cut, Question
from dockwright.box.fact import SHAPE, Fact

FOLDER = Path(__file__).parents[2] / "facts"
EXAMPLES = settings(max_examples=60)


def _facts() -> Iterator[tuple[str, type[Fact[Any]]]]:
    for folder in sorted(FOLDER.glob("*.*/")):
        module, _, name = folder.name.partition(".")
        yield folder.name, getattr(import_module(f"dockwright.facts.{module}"), name)


FACTS = dict(_facts())


def _honest(name: str) -> list[bytes]:
    found = []
    for path in sorted((FOLDER / name).glob("*.yaml")):
        output = yaml.safe_load(path.read_text(encoding="utf-8"))["output"]
        lines = [output] if isinstance(output, str) else [f"{line}\n" for line in output]
        found.append("".join(lines).encode())
    return found


def _asked(said: bytes, status: int = 0) -> tuple[Question, bytes]:
    """A question, and what a box prints that says ``said``, by the true script."""
    text = base64.b64encode(said).decode()
    question = Question(f"printf %s '{text}' | base64 -d; exit {status}", "it", mark="0123" * 8)
    return question, _run(question)


def _run(question: Question, before: str = "") -> bytes:
    line = f"{before}{question.command(60)}"
    return subprocess.run(["sh", "-c", line], capture_output=True, check=True, timeout=60).stdout


def _of(question: Question, received: bytes) -> bytes | None:
    try:
        return question.answer(received).said
    except Cut:
        return None


HONEST = {name: [(said, *_asked(said)) for said in _honest(name)] for name in FACTS}
bytes_of_others = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([b"Welcome\n", b"Gr\xfc\xdf dich\r\n", b"\x1b[31mhi", b"0123" * 8, b"\0" * 9]),
)


@pytest.mark.parametrize("name", FACTS)
def test_noise_before_and_behind_is_not_taken_for_the_answer(name: str) -> None:
    @EXAMPLES
    @given(bytes_of_others, bytes_of_others)
    def check(before: bytes, behind: bytes) -> None:
        for said, question, received in HONEST[name]:
            assert _of(question, before + received + behind) in (said, None)
            if question.mark.encode() not in before:
                assert _of(question, before + received + behind) == said

    check()


@pytest.mark.parametrize("name", FACTS)
def test_a_part_of_an_answer_is_none(name: str) -> None:
    @EXAMPLES
    @given(st.data())
    def check(data: st.DataObject) -> None:
        for said, question, received in HONEST[name]:
            at = data.draw(st.integers(0, len(received)))
            upto = data.draw(st.integers(at, len(received)))
            assert _of(question, received[:at]) in (said, None)
            assert _of(question, received[:at] + received[upto:]) in (said, None)

    check()


@pytest.mark.parametrize("name", FACTS)
def test_a_byte_that_changed_on_the_way_is_seen(name: str) -> None:
    @EXAMPLES
    @given(st.data(), st.binary(min_size=1, max_size=3))
    def check(data: st.DataObject, others: bytes) -> None:
        for said, question, received in HONEST[name]:
            at = data.draw(st.integers(0, len(received) - 1))
            changed = received[:at] + others + received[at + 1 :]
            assert _of(question, changed) in (said, None)

    check()


@pytest.mark.parametrize("name", FACTS)
def test_a_hostile_answer_has_a_value_or_an_error_that_is_told(name: str) -> None:
    """Its marks are right: a box that was broken into can say anything."""
    fact = FACTS[name]()
    lines = [line for said in _honest(name) for line in said.split(b"\n")] or [b""]

    @settings(max_examples=200)
    @given(
        st.lists(st.one_of(st.sampled_from(lines), st.binary(max_size=40)), max_size=12),
        st.integers(0, 400),
    )
    def check(said: list[bytes], upto: int) -> None:
        with suppress(SHAPE):  # `fact_of` makes one line of it
            fact.value(Answer(b"\n".join(said)[:upto], 0, b""))

    check()


@EXAMPLES
@given(st.binary(max_size=300).filter(lambda said: b"\0" not in said), st.integers(0, 94))
@example(b"a\n", 0)
@example(b"a", 7)
@example(b"\xfc\n\n\n", 0)
def test_every_byte_and_the_status_arrive(said: bytes, status: int) -> None:
    question, received = _asked(said, status)
    answer = question.answer(received)
    assert (answer.said, answer.status) == (said, status)


def test_what_a_start_file_prints_is_told_apart() -> None:
    question = Question("id -u", "its user")
    answer = question.answer(_run(question, "printf 'Gr\\374\\337 dich'; "))
    assert answer.noise == b"Gr\xfc\xdf dich"
    assert answer.said.strip().isdigit()


def test_a_shell_that_shows_its_commands_shows_no_mark() -> None:
    question = Question("id -u", "its user")
    assert question.mark not in question.command(60)
    line = ["sh", "-xvc", question.command(60)]
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    assert question.answer(done.stdout).said.strip().isdigit()


def test_an_answer_that_is_too_long_is_refused() -> None:
    question = Question(f"head -c {MOST + 1} /dev/zero", "it")
    with pytest.raises(Cut, match="longer than 16 MiB"):
        question.answer(_run(question))


def test_it_has_an_environment_of_its_own() -> None:
    question = Question("env", "its environment")
    words = "LANG=de_DE.UTF-8 DOCKER_HOST=tcp://elsewhere DOCKER_CONTEXT=other"
    said = question.answer(_run(question, f"export {words}; ")).lines()
    assert {"LC_ALL=C", "DOCKER_CONFIG=/nonexistent"} <= set(said)
    assert not [line for line in said if line.startswith(("LANG=", "DOCKER_HOST", "DOCKER_CONT"))]


def test_it_reads_nothing_of_anybodys() -> None:
    question = Question("cat", "its input")
    done = subprocess.run(
        ["sh", "-c", question.command(60)], input=b"x", capture_output=True, check=True, timeout=9
    )
    assert question.answer(done.stdout).said == b""


def test_a_program_that_is_required_and_absent_is_no_failure() -> None:
    question = Question("nosuch", "it", requires="nosuchprogram")
    assert question.answer(_run(question)).is_missing
