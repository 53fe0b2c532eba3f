"""A Dockerfile's instructions: where they stand, and what they take from where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.instructions import Instruction, instructions, is_number
from dockwright.errors import DockwrightError


def _last(line: str) -> Instruction:
    return instructions(f"FROM scratch\n{line}", "D")[-1]


def test_an_instruction_has_the_number_of_its_first_line_and_of_its_last() -> None:
    text = "# why\nFROM a\n\nRUN one && \\\n# within\n  two\nENV A=1\n"
    assert [(one.keyword, one.number, one.end) for one in instructions(text, "D")] == [
        ("from", 2, 2), ("run", 4, 6), ("env", 7, 7),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "sources"),
    [
        ("COPY --from=a --chown=1 /x /x", ["a"]),
        ("ADD --from=a /x /x", ["a"]),
        ("COPY x /x", []),
        ("RUN --from=a true", []),
        ("RUN --mount=type=bind,from=a,target=/t --mount=from=b true", ["a", "b"]),
        ("RUN --mount=type=cache,target=/t true", []),
        ("RUN --mount=FROM=a,type=bind true", ["a"]),
    ],
)
def test_what_it_copies_or_mounts_from(line: str, sources: list[str]) -> None:
    assert _last(line).copied_from() == sources


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("RUN --mount=type=bind,source=a,target=/t true", ["a"]),
        ("RUN --mount=src=a,target=/t true", ["a"]),
        ("RUN --mount=type=bind,target=/t true", [""]),
        ("RUN --mount=type=$T,source=a true", ["a"]),
        ("RUN --mount=type=bind,from=x,source=a true", []),
        ("RUN --mount=type=secret,id=a true", []),
        ("COPY a b", []),
    ],
)
def test_what_it_mounts_of_the_context(line: str, paths: list[str]) -> None:
    assert _last(line).mounted() == paths


def test_arguments_are_declared_by_arg_alone() -> None:
    assert _last("ARG A=1 B C=a=b").declared() == {"A", "B", "C"}
    assert _last("ENV A=1").declared() == set()


def test_what_stands_behind_onbuild_is_read_with_its_flags() -> None:
    trigger = _last("ONBUILD COPY --from=tool /a /b").trigger
    assert trigger is not None
    assert (trigger.keyword, trigger.number, trigger.copied_from()) == ("copy", 2, ["tool"])


@pytest.mark.parametrize("kept", ["ONBUILD RUN true", "FROM a", "MAINTAINER me", "", "NOPE x"])
def test_what_may_not_stand_there_is_refused_with_its_line(kept: str) -> None:
    with pytest.raises(DockwrightError, match=r"^D:2: .*ONBUILD"):
        instructions(f"FROM a\nONBUILD {kept}", "D")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_by_the_name_of_its_file(text: str) -> None:
    try:
        found = instructions(text, "web/Dockerfile")
    except DockwrightError as error:
        assert str(error).startswith("web/Dockerfile:")
    else:
        assert all(one.number <= one.end for one in found)


@pytest.mark.parametrize("text", ["0", "12"])
def test_a_stage_s_number_is_in_ascii_digits(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize("text", ["", "1a", "²", "١", "-1"])
def test_what_is_no_number_of_a_stage(text: str) -> None:
    assert not is_number(text)
