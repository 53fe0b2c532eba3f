"""What a Dockerfile says of itself: words, stages, triggers, and ports that it means to publish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockwright.chain.dockerfile import parents, understand
from dockwright.chain.graph import Source, order
from dockwright.errors import DockwrightError


def test_quotes_of_an_argument_are_not_part_of_the_image() -> None:
    text = 'ARG BASE="debian:bookworm"\nARG ALSO=\'$BASE\'\nFROM "$BASE"'
    assert understand(text, "D").base == "debian:bookworm"


def test_the_base_is_what_the_last_stage_begins_with_through_other_stages() -> None:
    made = understand("FROM a AS one\nFROM b AS two\nFROM one AS three\nFROM three", "D")
    assert (made.base, made.bases) == ("a", ("a", "b"))


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


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("ARG B=x:1\nFROM $B", ["x:1"]),
        ("ARG B\nFROM ${B:-y}", ["y"]),
        ("ARG V=3\nFROM ruby${V:+:v$V}", ["ruby:v3"]),
        ("FROM a AS one\nFROM one\nCOPY --from=one /x /x\nCOPY --from=0 /x /y", ["a"]),
        ("FROM scratch\nCOPY --from=b /x /x", ["b"]),
        ("FROM a\nRUN --mount=type=bind,from=c,target=/c true", ["a", "c"]),
        ('FROM a\nRUN --mount=type=bind,"From=c",target=/c true', ["a", "c"]),
        ('FROM a\nRUN --mount=type=bind,from="\r0 true', ["a"]),
        ("FROM a\nRUN <<EOF\nFROM b\nEOF\n", ["a"]),
        ("from a as ONE\nfrom one", ["a"]),
    ],
)
def test_parents_are_what_docker_would_use(text: str, images: list[str]) -> None:
    assert [parent.image for parent in parents(text, "Dockerfile")] == images


def test_a_given_argument_wins_over_the_default() -> None:
    [parent] = parents("ARG BASE=debian:bookworm\nFROM ${BASE}", "D", {"BASE": "debian:trixie"})
    assert (parent.image, parent.line) == ("debian:trixie", 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Dockerfile: "),
        ("# only a comment", "Dockerfile: no instruction in it; begin with FROM"),
        ("RUN true", "Dockerfile: no FROM"),
        ("FROM a\nFRMO b", "Dockerfile:2: FRMO: no such instruction"),
        ("ARG B\nFROM $B", r"Dockerfile:2: FROM \$B: names no image"),
        ("FROM a b", "Dockerfile:1: FROM a b: write FROM image"),
        ("FROM a\nCOPY --from=$B /x /x", r"Dockerfile:2: from=\$B: variables aren't filled in"),
        ("FROM a\nCOPY --from=䅀 /x /x", "Dockerfile:2: --from=䅀: a flag has letters"),
        ("FROM " + "${a:-" * 5000 + "}" * 5000, "Dockerfile:1: .*100 deep within each other"),
        ("FROM a\0b", "NUL byte"),
        ("FROM a\udc80", "not UTF-8"),
    ],
)
def test_a_dockerfile_that_does_not_parse_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(DockwrightError, match=message):
        parents(text, "Dockerfile")
