"""What BuildKit and the classic builder say, as recorded from Docker 20.10 and 26.1, read."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.instructions import instructions
from dockwright.chain.steps import Stage, line_of, stages
from dockwright.engine.build import BuildRequest, Output, short
from dockwright.engine.build import buildkit as build_kit
from dockwright.engine.build import classic as build_classic
from dockwright.errors import DockwrightError

SAID = Path(__file__).parents[2] / "build_output"
TEXT = """\
ARG BASE=debian:bookworm
FROM ${BASE} AS build
ARG WHAT=x
RUN echo one; echo two >&2; echo $WHAT
RUN --mount=type=secret,id=tok cat /run/secrets/tok | sha256sum
FROM ${BASE}
WORKDIR /w
COPY --from=build /etc/hostname /w/h
RUN if [ -n "$FAIL" ]; then echo bad; false; fi; \\
  echo last words; false
"""


def recipe(text: str = TEXT, **changed: object) -> BuildRequest:
    lines = tuple(line.number for line in instructions(text, "web/Dockerfile"))
    values = {"lines": lines, "stages": stages(text, "web/Dockerfile"), **changed}
    return BuildRequest("web", "web/Dockerfile", "Dockerfile", b"", **values)  # type: ignore[arg-type]


def told(file: str, made: BuildRequest) -> tuple[build_kit._Progress, list[str]]:
    steps: list[str] = []
    progress = build_kit._Progress(made, lambda n, m, text: steps.append(f"{n}/{m} {text}"))
    for line in (SAID / file).read_text(encoding="utf-8").splitlines():
        progress.take(line)
    return progress, steps


@pytest.mark.parametrize("version", ["20.10", "26.1"])
def test_buildkit_tells_each_step_and_the_line_that_failed(version: str) -> None:
    progress, steps = told(f"failed-{version}", recipe())
    # both stages begin with the same FROM, and that is one step to BuildKit
    assert [step.split()[0] for step in steps] == [f"{number}/7" for number in range(1, 7)]
    assert sorted(step.split()[1] for step in steps) == [
        *("COPY", "FROM", "RUN", "RUN", "RUN", "WORKDIR")
    ]
    assert str(progress.failure()) == (
        "image web: web/Dockerfile:9: "
        'RUN if [ -n "$FAIL" ]; then echo bad; false; fi; echo last words; false: exit code: 1; '
        "its former tag stays; its last lines:\n    last words"
    )


@pytest.mark.parametrize("version", ["20.10", "26.1"])
def test_buildkit_made_an_image(version: str) -> None:
    progress, _ = told(f"built-{version}", recipe())
    assert progress.image.startswith("sha256:")


@pytest.mark.parametrize("version", ["20.10", "26.1"])
def test_a_base_that_is_not_there_is_told_in_the_builders_words(version: str) -> None:
    progress, _ = told(f"no-base-{version}", recipe("FROM 127.0.0.1:1/none\n"))
    said = str(progress.failure())
    assert said.startswith("image web: web/Dockerfile: ")
    assert "127.0.0.1:1: connect: connection refused; its former tag stays" in said


def test_what_a_build_prints_of_a_secret_is_masked() -> None:
    output = Output({"tok": "s3cret\nsecond line\n", "empty": ""})
    output.add("\x1b[31mit is s3cret\x1b[0m ")
    output.add("with second line of it")
    assert list(output.last) == ["it is *MASKED*", "with *MASKED* of it"]


def classic(messages: Sequence[dict[str, object]], made: BuildRequest) -> tuple[str, list[str]]:
    steps: list[str] = []
    progress = build_classic._Progress(made, lambda n, m, text: steps.append(f"{n}/{m} {text}"))
    return progress.follow(messages), steps


def test_the_classic_builder_tells_the_files_own_instructions() -> None:
    said = ["Step 1/3 : FROM debian", "\n", " ---> 00155fa9a648\nStep 2/3 : RUN true\n"]
    messages: list[dict[str, object]] = [{"stream": text} for text in said]
    messages += [{"stream": "Step 3/3 : LABEL a=b\n"}, {"aux": {"ID": "sha256:1"}}]
    made, steps = classic(messages, recipe("FROM debian\nRUN true\n"))
    assert (made, steps) == ("sha256:1", ["1/2 FROM debian", "2/2 RUN true"])


def test_the_classic_builder_has_no_secrets() -> None:
    with pytest.raises(DockwrightError, match=r"secrets \(tok\): the classic builder has none"):
        build_classic.classic(None)(recipe(secrets={"tok": "x"}), print)  # type: ignore[arg-type]


def test_steps_are_counted_as_buildkit_counts_them() -> None:
    text = "FROM debian AS a\nENV X=1\nRUN true\nFROM a\nCOPY x /x\nFROM scratch\nCOPY x /\n"
    found = stages(text, "Dockerfile")
    assert [(stage.name, stage.lines) for stage in found] == [
        ("a", (1, 3)),
        ("stage-1", (5,)),
        ("stage-2", (7,)),
    ]
    assert line_of(found, "a", 2, 2) == 3
    # an ONBUILD line of the base runs right after FROM, and is told as FROM's
    assert [line_of(found, "a", number, 3) for number in (1, 2, 3)] == [1, 1, 3]
    assert line_of(found, "none", 1, 1) is None


def test_steps_that_buildkit_of_20_10_counts_past_its_total_are_lines_of_a_base() -> None:
    assert line_of([Stage("", (2, 3))], "", 3, 2) == 2
    # two ONBUILD lines, which it has not in its total of 3
    found = stages("# why\nFROM base\nCOPY x /x\nRUN true && \\\n  $A\n", "Dockerfile")
    steps = [
        *(("FROM docker.io/library/base", 2), ("COPY none /", 2), ("COPY two /", 2)),
        *(("COPY x /x", 3), ("RUN true && $A", 4)),
    ]
    told = [line_of(found, "", number, 3, step) for number, (step, _) in enumerate(steps, 1)]
    assert told == [line for _, line in steps]
    # with its variables filled in
    assert line_of(found, "", 3, 3, "RUN true && false") == 4


@given(
    st.lists(st.integers(1, 99), max_size=4).map(tuple),
    st.integers(-3, 20),
    st.integers(-3, 20),
    st.sampled_from(["", "RUN x", "COPY x", "odd"]),
)
def test_no_count_of_steps_is_more_than_a_line_can_be_told_of(
    lines: tuple[int, ...], number: int, total: int, step: str
) -> None:
    line = line_of([Stage("a", lines)], "a", number, total, step)
    assert line in (lines or (None,))


def test_an_instruction_is_shown_on_one_line() -> None:
    assert short("RUN a &&     b") == "RUN a && b"
    assert len(short("RUN " + "x" * 100)) == 72


def test_a_secrets_id_that_would_be_more_than_an_id_is_refused() -> None:
    with pytest.raises(DockwrightError, match="secret 'a,env=HOME'"):
        list(build_kit._input(recipe(secrets={"a,env=HOME": "x"})))
