"""What a Dockerfile says of itself: words, stages, triggers, and ports that it means to publish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.dockerfile import understand
from dockwright.chain.graph import Source, order
from dockwright.chain.word import expand
from dockwright.errors import DockwrightError


@pytest.mark.parametrize(
    ("word", "made"),
    [
        ("$A", "1"),
        ("${A}b", "1b"),
        ("$Ab", ""),
        ("${U:-x}", "x"),
        ("${E:-x}", "x"),
        ("${E-x}", ""),
        ("${A:+x}${E:+x}${E+y}", "xy"),
        ("${U:-${A:+in}side}", "inside"),
        ('"$A" b', "1 b"),
        ("'$A'", "$A"),
        (r"\$A", "$A"),
        (r'"a\"b\c"', r'a"b\c'),
        ("$", "$"),
        ("$.", "$."),
    ],
)
def test_a_word_is_expanded_as_docker_does_it(word: str, made: str) -> None:
    assert expand(word, {"A": "1", "E": ""}) == made


@pytest.mark.parametrize(
    "word", ["${A", "'a", '"a', "${}", "${A:?why}", "${A/b", "${A~b}", "${A:", "${A:-"]
)
def test_a_word_that_can_not_be_expanded_is_named_with_its_line(word: str) -> None:
    with pytest.raises(DockwrightError, match=r"^D:2: .*; "):
        understand(f"ARG B\nFROM x{word}", "D")


def test_quotes_of_an_argument_are_not_part_of_the_image() -> None:
    text = 'ARG BASE="debian:bookworm"\nARG ALSO=\'$BASE\'\nFROM "$BASE"'
    assert understand(text, "D").base == "debian:bookworm"


def test_the_base_is_what_the_last_stage_begins_with_through_other_stages() -> None:
    made = understand("FROM a AS one\nFROM b AS two\nFROM one AS three\nFROM three", "D")
    assert (made.base, made.bases) == ("a", ("a", "b"))


def chain(**texts: str) -> dict[str, tuple[str, ...]]:
    sources = [Source(name, f"{name}/Dockerfile", text) for name, text in texts.items()]
    return {image.name: image.parents for image in order(sources)}


@pytest.mark.parametrize(
    "trigger",
    [
        "COPY --from=tool /x /x",
        "RUN --mount=type=bind,from=tool,target=/t true",
        "COPY --from=tool <<EOF /x\nhello\nEOF",
    ],
)
def test_what_a_parent_copies_on_build_is_built_before_the_child(trigger: str) -> None:
    above = chain(base=f"FROM scratch\nONBUILD {trigger}", tool="FROM scratch", web="FROM base")
    assert above == {"base": (), "tool": (), "web": ("base", "tool")}


def test_on_build_lines_of_a_grandparent_or_of_an_earlier_stage_of_it_do_not_count() -> None:
    above = chain(
        base="FROM scratch AS a\nONBUILD COPY --from=gone /x /x\nFROM scratch",
        mid="FROM scratch\nONBUILD COPY --from=tool /x /x",
        tool="FROM scratch",
        below="FROM mid",
        last="FROM below\nCOPY --from=base /x /x",
    )
    assert above["last"] == ("below", "base")
    assert above["below"] == ("mid", "tool")


def test_on_build_finds_a_stage_of_the_child_before_an_image() -> None:
    above = chain(
        base="FROM scratch\nONBUILD COPY --from=build /x /x", web="FROM scratch AS build\nFROM base"
    )
    assert above["web"] == ("base",)


def test_an_argument_that_on_build_declares_is_passed_to_the_child_alone() -> None:
    sources = [
        Source("base", "base/Dockerfile", "FROM scratch\nONBUILD ARG V=1"),
        Source("web", "web/Dockerfile", "FROM base"),
    ]
    assert [image.args for image in order(sources, args={"V": "2", "W": "3"})] == [
        (),
        (("V", "2"),),
    ]


@pytest.mark.parametrize("trigger", ["", "FROM a", "ONBUILD RUN true", "FRMO a"])
def test_what_may_not_stand_behind_on_build_is_an_error_with_its_line(trigger: str) -> None:
    with pytest.raises(DockwrightError, match=r"^D:2: |^D: "):
        understand(f"FROM a\nONBUILD {trigger}", "D")


def test_a_declared_version_can_be_built_upon() -> None:
    sources = [
        Source("ruby", "ruby/Dockerfile", "FROM scratch", version="2.7"),
        Source("web", "web/Dockerfile", "FROM ruby:2.7"),
    ]
    assert order(sources)[1].parents == ("ruby",)


def test_a_line_that_only_continues_is_an_error_with_its_line() -> None:
    with pytest.raises(DockwrightError, match=r"^D:2: .*no such instruction"):
        understand("FROM a\n\\", "D")


@pytest.mark.parametrize(
    ("port", "instead"), [("80:8080", "EXPOSE 8080 "), ("127.0.0.1:80:81/udp", "EXPOSE 81/udp ")]
)
def test_a_port_that_expose_once_published_gets_a_warning_that_says_what_to_write(
    port: str, instead: str
) -> None:
    [warning] = understand(f"FROM a\nEXPOSE 22 {port}", "D").warnings
    assert warning.startswith(f"D:2: EXPOSE {port}: ")
    assert instead in warning
    assert f"--publish {port} " in warning


def test_a_port_with_a_default_is_no_published_one() -> None:
    assert understand("FROM a\nEXPOSE ${PORT:-80} 81/tcp", "D").warnings == ()


LINES = st.sampled_from(
    ["FROM ", "ARG ", "ONBUILD ", "COPY --from=", "EXPOSE ", "RUN --mount=type=bind,from="]
)


@given(st.lists(st.tuples(LINES, st.text(alphabet="ab:/$ {}'\"\\@=.0-A<\n", max_size=12))))
def test_any_lines_end_in_a_plan_or_in_our_error(lines: list[tuple[str, str]]) -> None:
    text = "FROM scratch\n" + "\n".join(keyword + rest for keyword, rest in lines)
    try:
        [image] = order([Source("a", "a/Dockerfile", text)])
    except DockwrightError as error:
        assert str(error).startswith("a/Dockerfile")
    else:
        assert image.wave == 0
