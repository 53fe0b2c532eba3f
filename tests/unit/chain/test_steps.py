"""Steps of a build, as BuildKit counts them, and the lines that they are."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.steps import Stage, line_of, stages
from dockwright.engine.build import BuildRequest
from dockwright.engine.build import buildkit as build_kit

SAID = Path(__file__).parents[2] / "build_output"


def told(file: str, made: BuildRequest) -> tuple[build_kit._Progress, list[str]]:
    steps: list[str] = []
    progress = build_kit._Progress(made, lambda n, m, text: steps.append(f"{n}/{m} {text}"))
    for line in (SAID / file).read_text(encoding="utf-8").splitlines():
        progress.take(line)
    return progress, steps


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
